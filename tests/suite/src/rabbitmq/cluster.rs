//! Several nodes that are one broker.

use std::sync::Arc;

use super::files::Address;
use super::{Node, Setup, Vhost};
use crate::lock::FileLock;
use crate::ports::Port;
use crate::process::{Launch, Process};
use crate::scratch;

/// A cluster of three nodes, for one test at a time. Dropped, they are killed: three Erlang machines
/// are too many to be kept in case another test wants them.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Arc<Node>>,
    /// Of its own, as any of the nodes may be killed.
    _epmd: Process,
    _alone: FileLock,
}

impl Cluster {
    /// Starts three nodes and joins them.
    ///
    /// # Panics
    /// When they cannot be started or joined.
    pub fn of_three() -> Self {
        let alone = FileLock::take(&scratch::root().join("rabbitmq-cluster.lock"), true);
        let epmd = Port::free().number();
        let mapper = Launch::new("epmd")
            .args(["-port", &epmd.to_string(), "-address", "127.0.0.1"])
            .start();
        let addresses: Vec<_> = (1..=3).map(|_| Address::new(Some(epmd))).collect();
        let setup = Setup::in_cluster(addresses.iter().map(|address| address.name.as_str()));
        let build = |(number, address)| {
            let name = format!("rabbitmq-cluster-{number}");
            Arc::new(Node::of_cluster(&name, address, &setup))
        };
        let cluster = Self {
            nodes: (1..).zip(addresses).map(build).collect(),
            _epmd: mapper,
            _alone: alone,
        };
        std::thread::scope(|scope| {
            for node in &cluster.nodes {
                scope.spawn(|| node.start());
            }
        });
        let running = cluster.nodes[0].eval("length(rabbit_nodes:all_running())");
        assert_eq!(running, "3", "nodes that found each other");
        cluster
    }

    /// Its nodes.
    pub fn nodes(&self) -> &[Arc<Node>] {
        &self.nodes
    }

    /// The node that leads a quorum queue, as another sees it.
    ///
    /// # Panics
    /// When there is no such queue.
    pub fn leader(&self, vhost: &Vhost, queue: &str) -> &Arc<Node> {
        let name = vhost.node().eval(&format!(
            "{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<\"{}\">>, queue, <<\"{queue}\">>)), \
             element(2, amqqueue:get_pid(Q))",
            vhost.name()
        ));
        let leader = self.nodes.iter().find(|node| name.contains(node.name()));
        leader.unwrap_or_else(|| panic!("`{queue}` is led by {name}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in &self.nodes {
            node.kill();
        }
    }
}
