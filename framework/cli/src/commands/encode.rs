//! `trunkline encode` and `trunkline decode`.

use super::each_line::each_line;
use crate::failure::{Exit, Failure};
use crate::session::Session;
use clap::Args;

/// Turns descriptions of events into the messages that carry them, without a broker.
///
/// Reads standard input, a JSON object a line, with the keys `level`, `name`, `routing_key_fmt`,
/// `required_acl_fmt`, `content`, `tenant_uuid`, `user_uuid`, `user_uuids`, `extra_vars`,
/// `service_uuid`, `now`, `extra_headers`, `initial_data` and `routing_key_override`; unknown keys
/// are ignored, absent ones are null. Prints {"headers", "payload", "routing_key",
/// "event_routing_key"}, or {"error": {"line", "field", "reason"}} for a line that is refused; the
/// exit code is 4 if any was.
///
/// With `--dialect kazoo` a line is a Kazoo message, or a frame {"name", "args"} of older servers, and
/// {"exchange", "routing_key", "content_type", "amqp_headers", "payload"} is printed.
///
/// With `--dialect cloudevents` (or `cloudevents-json`, its structured mode) lines are as Wazo's, and
/// "content_type" is printed too; `service_uuid` is the event's source, `extra_vars` its extensions.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    echo '{\"level\":\"service\",\"name\":\"lift_off\",\"routing_key_fmt\":\"pad.{pad}.lift_off\",\"content\":{\"pad\":\"39a\"}}' | trunkline encode")]
pub(crate) struct Encode;

/// Turns messages back into descriptions of their events, without a broker.
///
/// Reads standard input, a JSON object {"headers", "payload", "routing_key"} a line, and prints what
/// `encode` reads, or {"error": {"line", "field", "reason"}} for a line that is refused; the exit
/// code is 4 if any was.
///
/// With `--dialect kazoo`, {"name", "category", "tenant", "user", "call_id", "id", "time", "headers",
/// "data"} is printed, and a line may be the bare message.
///
/// With `--dialect cloudevents` events of both modes are read; a line may have a "content_type".
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    trunkline encode < events.jsonl | trunkline decode")]
pub(crate) struct Decode;

impl Encode {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let dialect = session.settings.dialect;
        each_line(session, move |line| dialect.encode_line(line)).await
    }
}

impl Decode {
    pub(crate) async fn run(self, session: &Session) -> Result<Exit, Failure> {
        let dialect = session.settings.dialect;
        each_line(session, move |line| dialect.read_back(line)).await
    }
}
