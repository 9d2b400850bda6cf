//! A virtual host of one test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Node;

/// A virtual host of one test, with a user of its own. Dropped, both go.
#[derive(Debug)]
pub struct Vhost {
    node: Arc<Node>,
    name: String,
}

impl Vhost {
    /// Makes one with a fresh name.
    pub fn new(node: Arc<Node>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}-{number}", std::process::id());
        let made = Self { node, name };
        let name = made.name();
        made.node.eval(&format!(
            "ok = rabbit_vhost:add(<<\"{name}\">>, <<\"test\">>), \
             ok = rabbit_auth_backend_internal:add_user(<<\"{name}\">>, <<\"{name}\">>, <<\"test\">>), \
             ok = rabbit_auth_backend_internal:set_permissions(<<\"{name}\">>, <<\"{name}\">>, \
                 <<\".*\">>, <<\".*\">>, <<\".*\">>, <<\"test\">>)"
        ));
        made
    }

    /// Its name, and the name and password of the user that may use it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The node it is on.
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// How clients reach it: `amqp://…`.
    pub fn url(&self) -> String {
        self.url_at(self.node.port())
    }

    /// How clients reach it through another port, such as a proxy's.
    pub fn url_at(&self, port: u16) -> String {
        let name = self.name();
        format!("amqp://{name}:{name}@127.0.0.1:{port}/{name}")
    }

    /// How clients reach it by TLS; the node's authority is in [`Node::authority`].
    pub fn tls_url(&self) -> String {
        let (name, port) = (self.name(), self.node.tls_port());
        format!("amqps://{name}:{name}@localhost:{port}/{name}")
    }

    /// Sets what its user may configure, write and read, as regular expressions.
    pub fn set_permissions(&self, configure: &str, write: &str, read: &str) {
        let name = self.name();
        self.node.eval(&format!(
            "rabbit_auth_backend_internal:set_permissions(<<\"{name}\">>, <<\"{name}\">>, \
                 <<\"{configure}\">>, <<\"{write}\">>, <<\"{read}\">>, <<\"test\">>)"
        ));
    }

    /// Lets its user ask the node's management API.
    pub fn allow_management(&self) {
        self.node.eval(&format!(
            "rabbit_auth_backend_internal:set_tags(<<\"{}\">>, [management], <<\"test\">>)",
            self.name
        ));
    }

    /// The names of its queues.
    pub fn queues(&self) -> Vec<String> {
        self.names("[element(4, amqqueue:get_name(Q)) || Q <- rabbit_amqqueue:list(V)]")
    }

    /// The names of its exchanges that are not RabbitMQ's own.
    pub fn exchanges(&self) -> Vec<String> {
        let mut names = self.names("[element(4, element(2, X)) || X <- rabbit_exchange:list(V)]");
        names.retain(|name| !name.is_empty() && !name.starts_with("amq."));
        names
    }

    /// Messages in a queue, ready and handed out; `None` if there is no such queue.
    pub fn messages(&self, queue: &str) -> Option<usize> {
        let text = self.node.eval(&format!(
            "case rabbit_amqqueue:lookup(rabbit_misc:r(<<\"{}\">>, queue, <<\"{queue}\">>)) of \
                 {{ok, Q}} -> proplists:get_value(messages, rabbit_amqqueue:info(Q, [messages])); \
                 _ -> none end",
            self.name
        ));
        text.parse().ok()
    }

    /// Declares a durable queue with one argument, as somebody else would.
    pub fn declare_queue(&self, queue: &str, argument: &str, value: u32) {
        self.node.eval(&format!(
            "rabbit_amqqueue:declare(rabbit_misc:r(<<\"{}\">>, queue, <<\"{queue}\">>), true, false, \
                 [{{<<\"{argument}\">>, long, {value}}}], none, <<\"test\">>), ok",
            self.name
        ));
    }

    /// Sets a policy on the queues of a pattern, as an operator would: `definition` in Erlang, such as
    /// `{<<"max-length">>, 1}`. A later one of the same pattern replaces it.
    pub fn set_policy(&self, pattern: &str, definition: &str) {
        self.node.eval(&format!(
            "ok = rabbit_policy:set(<<\"{}\">>, <<\"{pattern}\">>, <<\"{pattern}\">>, \
                 [{definition}], 0, <<\"queues\">>, <<\"test\">>)",
            self.name
        ));
    }

    /// Ends a [`set_policy`](Self::set_policy).
    pub fn clear_policy(&self, pattern: &str) {
        self.node.eval(&format!(
            "ok = rabbit_policy:delete(<<\"{}\">>, <<\"{pattern}\">>, <<\"test\">>)",
            self.name
        ));
    }

    /// Deletes a queue, as an operator would.
    pub fn delete_queue(&self, queue: &str) {
        self.node.eval(&format!(
            "{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"{}\">>, queue, <<\"{queue}\">>)), \
             {{ok, _}} = rabbit_amqqueue:delete(Q, false, false, <<\"test\">>), ok",
            self.name
        ));
    }

    /// The connections into it, by the name each client gave itself.
    pub fn connections(&self) -> Vec<String> {
        self.names(
            "[case lists:keyfind(<<\"connection_name\">>, 1, \
                 proplists:get_value(client_properties, I, [])) of \
                 {_, _, N} -> N; false -> <<\"unnamed\">> end \
              || I <- rabbit_networking:connection_info_all([vhost, client_properties]), \
                 proplists:get_value(vhost, I) =:= V]",
        )
    }

    /// Closes the connections whose client gave itself a name that begins like this, saying why.
    pub fn close_connections(&self, beginning: &str) {
        self.node.eval(&format!(
            "V = <<\"{}\">>, B = <<\"{beginning}\">>, \
             [rabbit_networking:close_connection(proplists:get_value(pid, I), \"closed by a test\") \
              || I <- rabbit_networking:connection_info_all([pid, vhost, client_properties]), \
                 proplists:get_value(vhost, I) =:= V, \
                 {{_, _, N}} <- [lists:keyfind(<<\"connection_name\">>, 1, \
                     proplists:get_value(client_properties, I, []))], \
                 binary:longest_common_prefix([N, B]) =:= byte_size(B)], ok",
            self.name
        ));
    }

    fn names(&self, list: &str) -> Vec<String> {
        // Written one a line, so that nothing of Erlang's notation need be read.
        let text = self.node.eval(&format!(
            "V = <<\"{}\">>, iolist_to_binary(lists:join(<<\"\\n\">>, {list}))",
            self.name
        ));
        let text = text.trim_start_matches("<<\"").trim_start_matches("<<");
        let text = text.trim_end_matches(">>").trim_end_matches("\"");
        text.split("\\n")
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Vhost {
    fn drop(&mut self) {
        let name = &self.name;
        // The node may be stopped; it goes to the next test swept clean in any case.
        let _ = self.node.try_eval(&format!(
            "rabbit_vhost:delete(<<\"{name}\">>, <<\"test\">>), \
             rabbit_auth_backend_internal:delete_user(<<\"{name}\">>, <<\"test\">>)"
        ));
    }
}
