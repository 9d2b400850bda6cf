//! Dialects: how events are written into envelopes and read back.

mod plain;
mod written;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use plain::Plain;

use crate::envelope::Envelope;
use crate::error::BoxError;
use crate::event::{Audience, Event, EventView};
use crate::headers::HeaderError;
use crate::keys::KeyError;
use crate::matching::Binding;

/// Writes events into envelopes and reads them back, in the manner of one platform.
///
/// # Contract
/// - Reading is lazy: [`event_name`](Dialect::event_name) and [`audience`](Dialect::audience)
///   look into the body only when the headers do not answer.
/// - No input makes a dialect panic; what cannot be read is a [`DecodeError`].
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

/// Why an event could not be written into an envelope.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A template names a variable the event does not have.
    #[error(
        "event `{event}`: {field} `{template}` names `{variable}`, which the event does not have; \
         add it to the content or correct the template"
    )]
    MissingVariable {
        /// The event.
        event: String,
        /// `routing_key` or `required_acl`.
        field: &'static str,
        /// The template.
        template: String,
        /// The variable, with its path.
        variable: String,
    },
    /// An event above the service level was given no tenant, or a user event no user where one
    /// is needed.
    #[error("event `{event}`: {missing} is missing; say whom the event is for")]
    MissingAudience {
        /// The event.
        event: String,
        /// `tenant` or `user`.
        missing: &'static str,
    },
    /// The content serialises to something other than a JSON object.
    #[error("event `{event}`: content is not a JSON object; wrap it in a struct or a map")]
    NotAnObject {
        /// The event.
        event: String,
    },
    /// The content cannot be serialised.
    #[error("event `{event}`: content cannot be written as JSON")]
    Content {
        /// The event.
        event: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// The content is nested deeper than readers of the dialect go.
    #[error("event `{event}`: content is nested deeper than {limit} levels; flatten it")]
    TooDeep {
        /// The event.
        event: String,
        /// Levels allowed.
        limit: usize,
    },
    /// A value cannot travel as a header.
    #[error("event `{event}`: header `{header}` cannot be carried")]
    Header {
        /// The event.
        event: String,
        /// The header.
        header: String,
        /// Why.
        #[source]
        source: HeaderError,
    },
    /// The routing key that came out of the template cannot be one.
    #[error("event `{event}`: routing key `{key}` cannot be used")]
    RoutingKey {
        /// The event.
        event: String,
        /// The key.
        key: String,
        /// Why.
        #[source]
        source: KeyError,
    },
    /// The dialect refuses the event for a reason of its own.
    #[error("event `{event}`: the {dialect} dialect cannot write it")]
    Dialect {
        /// The event.
        event: String,
        /// The dialect.
        dialect: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}

/// Why an envelope could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body is not UTF-8, so it cannot be JSON either.
    #[error("the body is not UTF-8; is it compressed, or an event of another dialect?")]
    NotUtf8(#[source] std::str::Utf8Error),
    /// The body is not JSON.
    #[error("the body is not JSON; is this event of another dialect?")]
    NotJson(#[source] serde_json::Error),
    /// The body is JSON, but not an object.
    #[error("the body is JSON but not an object")]
    NotAnObject,
    /// The body names a key twice, so that readers could differ about it.
    #[error("the body names the key `{0}` twice")]
    DuplicateKey(String),
    /// The body is nested deeper than any event of ours.
    #[error("the body is nested deeper than {limit} levels")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// The body lacks something the dialect always writes.
    #[error("the body has no `{0}`")]
    Missing(&'static str),
    /// The content is not of the type the handler takes.
    #[error("the data is not a `{event}`")]
    Data {
        /// The event the handler takes.
        event: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
    /// A header contradicts the dialect.
    #[error("header `{header}` is {found}; the dialect has {wanted} there")]
    Header {
        /// The header.
        header: String,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The dialect refuses the envelope for a reason of its own.
    #[error("the {dialect} dialect cannot read it")]
    Dialect {
        /// The dialect.
        dialect: &'static str,
        /// Why.
        #[source]
        source: BoxError,
    },
}
