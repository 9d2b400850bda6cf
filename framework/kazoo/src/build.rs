//! Making a message ready to be published.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use trunkline_core::EventId;

use crate::error::KazooError;
use crate::family::{Family, call_id_of_key};
use crate::message::{Message, is_empty, without_empty};
use crate::vocabulary::{EVENT_CATEGORY, MSG_ID, NODE, SERVER_ID, is_of_call};

pub(crate) const CONTENT_TYPE: &str = "application/json";

/// Where a message goes.
pub(crate) struct Place {
    family: Family,
    pub(crate) routing_key: String,
    /// The call a call event is filed under.
    pub(crate) call_id: Option<String>,
}

/// A message as it goes out.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Published {
    /// The exchange it belongs on.
    pub exchange: &'static str,
    /// The key it is published under.
    pub routing_key: String,
    /// `application/json`.
    pub content_type: &'static str,
    /// The AMQP headers: a call event has one.
    pub amqp_headers: AmqpHeaders,
    /// The body.
    pub payload: Box<RawValue>,
}

/// The AMQP headers of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AmqpHeaders {
    /// The call the event is filed under, as in the routing key but not encoded.
    #[serde(rename = "call-id", skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
}

impl Message<'_> {
    /// Tells whether the message is a call event as Kazoo's applications accept it.
    ///
    /// # Errors
    /// [`KazooError`] naming the key that is missing or of the wrong kind.
    pub fn validate(&self) -> Result<(), KazooError> {
        Family::Call.validate(self)
    }

    /// Makes the message ready to be published, as Kazoo's applications do: fills in category, node
    /// and id, drops what is empty, checks it, and of a call event keeps the keys that Kazoo knows.
    ///
    /// # Errors
    /// [`KazooError`] naming the key that is missing or of the wrong kind; nothing is to be sent then.
    pub fn publish(mut self, local_node: &str) -> Result<Published, KazooError> {
        let Place {
            family,
            routing_key,
            call_id,
        } = self.make_ready(local_node)?;
        let payload = RawValue::from_string(self.to_json())
            .map_err(|error| Box::new(trunkline_core::DecodeError::NotJson(error)))?;
        Ok(Published {
            exchange: family.exchange(),
            routing_key,
            content_type: CONTENT_TYPE,
            amqp_headers: AmqpHeaders { call_id },
            payload,
        })
    }

    /// The same in place, and where the message goes.
    pub(crate) fn make_ready(&mut self, local_node: &str) -> Result<Place, KazooError> {
        let family = Family::of(self)?;
        if self.lacks(EVENT_CATEGORY) {
            self.set(EVENT_CATEGORY, family.category());
        }
        if self.lacks(NODE) {
            self.set(NODE, local_node);
        }
        if self.lacks(MSG_ID) {
            let id = EventId::generate().to_string().replace('-', "");
            self.set(MSG_ID, &id);
        }
        self.retain(|key, json| !is_empty(json) || matches!(key, SERVER_ID | MSG_ID));
        if family != Family::Call {
            self.prune();
        }
        family.validate(self)?;
        let routing_key = family.routing_key(self)?;
        let mut call_id = None;
        if family == Family::Call {
            call_id = call_id_of_key(self).map(Cow::into_owned);
            self.retain(|key, _| {
                let known = is_of_call(key);
                if !known {
                    tracing::warn!(key, "Kazoo has no such key in a call event; it is left out");
                }
                known
            });
        }
        Ok(Place {
            family,
            routing_key,
            call_id,
        })
    }

    /// Leaves out what is empty inside its objects, as all families but calls do.
    fn prune(&mut self) {
        self.map_values(|json| {
            let is_object = json.starts_with('{');
            is_object.then(|| without_empty(json)).flatten()
        });
    }
}
