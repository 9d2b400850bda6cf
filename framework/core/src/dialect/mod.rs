//! Dialects: how events are written into envelopes and read back.

mod error;
mod plain;
mod written;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use error::{DecodeError, EncodeError};
pub use plain::Plain;

use crate::envelope::Envelope;
use crate::event::{Audience, Event, EventView};
use crate::matching::Binding;

/// Writes events into envelopes and reads them back, in the manner of one platform.
///
/// # Contract
/// - Reading is lazy: [`event_name`](Dialect::event_name) and [`audience`](Dialect::audience)
///   look into the body only when the headers do not answer.
/// - No input makes a dialect panic; what cannot be read is a [`DecodeError`], which is
///   [counted](DecodeError::counted).
/// - What `encode` writes, `event_name`, `audience` and `data` give back, wherever the wire keeps it.
pub trait Dialect: fmt::Debug + Send + Sync + 'static {
    /// The dialect's name in configuration: `wazo`, `kazoo`, ….
    fn name(&self) -> &'static str;

    /// Writes an event into an envelope.
    ///
    /// # Errors
    /// [`EncodeError`], naming the event and the field.
    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError>;

    /// The event's name; `None` if the envelope names none.
    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>>;

    /// Whom the event is for.
    ///
    /// # Errors
    /// [`DecodeError`] when the envelope contradicts itself.
    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError>;

    /// The event's content as JSON text.
    ///
    /// # Errors
    /// [`DecodeError`] when the body is not what the dialect writes.
    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError>;

    /// The binding that brings events of this name, as narrow as the dialect's wire allows.
    fn binding_for(&self, event_name: &str) -> Binding;
}

/// Reads typed events through a [`Dialect`].
pub trait DialectExt: Dialect {
    /// Reads the event an envelope carries.
    ///
    /// # Errors
    /// [`DecodeError`] when the body is not the dialect's, or its data not an `E`.
    fn decode<E: Event>(&self, envelope: &Envelope) -> Result<E, DecodeError> {
        let data = self.data(envelope)?;
        let data = if E::IS_UNIT { "null" } else { &*data };
        let fields = &E::definition().header_fields;
        let read = if fields.is_empty() {
            serde_json::from_str(data)
        } else {
            serde_json::from_str(data)
                .and_then(|data| serde_json::from_value(with_headers(data, envelope, fields)))
        };
        read.map_err(|source| DecodeError::Data {
            event: E::NAME.into(),
            source,
        })
    }
}

impl<D: Dialect + ?Sized> DialectExt for D {}

/// Puts header fields that the content lacks back beside it.
fn with_headers(
    mut data: serde_json::Value,
    envelope: &Envelope,
    fields: &[Cow<'static, str>],
) -> serde_json::Value {
    if let serde_json::Value::Object(map) = &mut data {
        for field in fields {
            if map.contains_key(&**field) {
                continue;
            }
            let header = envelope.headers().get(field);
            if let Some(Ok(value)) = header.map(serde_json::Value::try_from) {
                map.insert(field.clone().into_owned(), value);
            }
        }
    }
    data
}

impl<D: Dialect> Dialect for Arc<D> {
    fn name(&self) -> &'static str {
        (**self).name()
    }
    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        (**self).encode(event)
    }
    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        (**self).event_name(envelope)
    }
    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        (**self).audience(envelope)
    }
    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        (**self).data(envelope)
    }
    fn binding_for(&self, event_name: &str) -> Binding {
        (**self).binding_for(event_name)
    }
}
