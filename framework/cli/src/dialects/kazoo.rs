//! Messages as Kazoo's applications write them.

use trunkline::kazoo::{Described, Kazoo, KazooError, Message, Published, read_legacy_event};
use trunkline::wazo::Description;
use trunkline::{DecodeError, Dialect, EncodeError, Envelope, EventView};

use super::described::{described, extras};
use super::{DialectName, Fault, Wire, described as common};
use crate::failure::chain;
use crate::input::Fields;

/// The dialect, for this program.
pub(crate) fn dialect() -> Kazoo {
    Kazoo::new("trunkline", env!("CARGO_PKG_VERSION"))
}

/// Makes the message on a line ready to be published.
pub(super) fn publish(line: &str) -> Result<Published, Fault> {
    let json = message_of(line)?;
    let message = Message::parse(&json).map_err(unreadable)?;
    message.publish("nonode@nohost").map_err(faulty)
}

/// Describes the message on a line, or the one a line carries as `payload`.
pub(super) fn describe(line: &str) -> Result<Described, Fault> {
    let json = match Fields::of(line)?.get("payload") {
        Some(payload) => payload.get().to_owned(),
        None => message_of(line)?,
    };
    Ok(Message::parse(&json).map_err(unreadable)?.describe())
}

/// Puts the message on a line into an envelope, with the clock of its publisher.
pub(super) fn enveloped(line: &str) -> Result<(Envelope, Option<String>), Fault> {
    let published = publish(line)?;
    let time = Message::parse(published.payload.get()).map_err(unreadable)?;
    let time = time.unix_time().and_then(trunkline::kazoo::rfc3339);
    let wire = serde_json::json!({
        "headers": published.amqp_headers,
        "payload": published.payload,
        "routing_key": published.routing_key,
    });
    let wire = Wire::from_line(&wire.to_string())?;
    Ok((DialectName::Kazoo.enveloped(&wire)?, time))
}

/// Writes a described event as an envelope.
pub(super) fn envelope(event: &Description) -> Result<Envelope, Fault> {
    let mut extras = extras(event)?;
    extras.routing_key = event.routing_key_override.clone();
    let described = described(event)?;
    let encoded = dialect().encode(&EventView::new(&described, &extras));
    encoded.map_err(|error| match &error {
        EncodeError::Dialect { .. } => Fault::new("content", chain(&error)),
        _ => common::fault(error),
    })
}

/// The message on a line, which may be in a frame of older servers.
fn message_of(line: &str) -> Result<String, Fault> {
    if line.trim_start().starts_with('{') && Fields::of(line)?.get("args").is_none() {
        return Ok(line.to_owned());
    }
    let event = read_legacy_event(line).map_err(faulty)?;
    Ok(event.message.get().to_owned())
}

fn unreadable(error: DecodeError) -> Fault {
    Fault::new("line", chain(&error))
}

fn faulty(error: KazooError) -> Fault {
    let field = match &error {
        KazooError::Missing { field }
        | KazooError::Kind { field, .. }
        | KazooError::Audience { field } => field,
        KazooError::Category { .. } => "Event-Category",
        _ => "line",
    };
    Fault::new(field, chain(&error))
}
