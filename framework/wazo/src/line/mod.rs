//! Events as lines of JSON: what `trunkline encode` and `decode` read and print.

mod description;
mod encode;
mod error;
mod fields;
mod wire;

pub use description::Description;
pub use error::{LineError, LineProblem};
pub use wire::WireLine;

pub(crate) use fields::Fields;

use crate::decode;

/// Turns a line that describes an event into the message that carries it.
///
/// The line is a JSON object with the fields of [`Description`].
///
/// # Errors
/// [`LineError`], naming the field and the reason.
///
/// # Examples
/// ```
/// let wire = trunkline_wazo::encode_line(
///     r#"{"level": "tenant", "name": "call_created", "tenant_uuid": "t1",
///         "routing_key_fmt": "calls.{call_id}.created", "content": {"call_id": "17.42"},
///         "now": "2026-02-03T04:05:06"}"#,
/// )?;
/// assert_eq!(wire.routing_key, "calls.17__DOT__42.created");
/// assert!(wire.payload.get().ends_with(r#""data":{"call_id": "17.42"}}"#));
/// # Ok::<(), trunkline_wazo::LineError>(())
/// ```
pub fn encode_line(line: &str) -> Result<WireLine, LineError> {
    Description::from_line(line)?.encode()
}

/// Turns a line that holds a message, `{"headers", "payload", "routing_key"}`, into a description
/// of the event it carries.
///
/// # Errors
/// [`LineError`], naming the field and the reason.
///
/// # Examples
/// ```
/// let event = trunkline_wazo::decode_line(
///     r#"{"headers": {"name": "call_created", "tenant_uuid": "t1", "user_uuid:u1": true},
///         "payload": {"data": {"call_id": "42"}}, "routing_key": "calls.42.created"}"#,
/// )?;
/// assert_eq!(event.user_uuid.as_deref(), Some("u1"));
/// # Ok::<(), trunkline_wazo::LineError>(())
/// ```
pub fn decode_line(line: &str) -> Result<Description, LineError> {
    let envelope = wire::read(line)?;
    decode::describe(&envelope).map_err(LineError::undecodable)
}
