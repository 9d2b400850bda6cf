//! What a publisher is given: an event and whom it is for.

use serde_json::{Map, Value};

use super::{Audience, Event, EventDefinition, Level, ServiceEvent};
use crate::headers::Headers;

/// An event together with whom it is for, ready to be published.
///
/// Made by [`for_tenant`](super::TenantEvent::for_tenant),
/// [`for_user`](super::UserEvent::for_user) and [`for_users`](super::MultiUserEvent::for_users);
/// service events need none.
#[derive(Debug, Clone, PartialEq)]
pub struct Addressed<E> {
    event: E,
    audience: Audience,
}

impl<E: Event> Addressed<E> {
    pub(super) fn new(event: E, audience: Audience) -> Self {
        Self { event, audience }
    }

    /// The event itself.
    pub fn event(&self) -> &E {
        &self.event
    }

    /// Whom it is for.
    pub fn audience(&self) -> &Audience {
        &self.audience
    }
}

/// Something a publisher can send: an event that says whom it is for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whom it is for",
    label = "publishing needs an audience",
    note = "a tenant event is published as `event.for_tenant(tenant)`",
    note = "a user event as `event.for_user(tenant, user)`, for several users `event.for_users(tenant, users)`",
    note = "only an event derived with `ServiceEvent` is published as it is"
)]
pub trait Outgoing: Send + Sync {
    /// The event's name, level and templates.
    fn event_definition(&self) -> &EventDefinition;
    /// Whom the event is for.
    fn audience(&self) -> &Audience;
    /// What the event says.
    fn content(&self) -> &dyn Content;
}

#[diagnostic::do_not_recommend]
impl<E: ServiceEvent> Outgoing for E {
    fn event_definition(&self) -> &EventDefinition {
        E::definition()
    }
    fn audience(&self) -> &Audience {
        &Audience::Service
    }
    fn content(&self) -> &dyn Content {
        self
    }
}

impl<E: Event> Outgoing for Addressed<E> {
    fn event_definition(&self) -> &EventDefinition {
        E::definition()
    }
    fn audience(&self) -> &Audience {
        &self.audience
    }
    fn content(&self) -> &dyn Content {
        &self.event
    }
}

/// What an event says, as a dialect reads it, whether the event is typed or dynamic.
pub trait Content: Sync {
    /// Writes the content as one JSON object.
    ///
    /// # Errors
    /// When the value cannot be represented as JSON.
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()>;

    /// A top-level key of the content, for templates.
    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>>;

    /// One of the [`header_fields`](EventDefinition::header_fields).
    fn attribute(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.variable(name)
    }
}

impl<E: Event> Content for E {
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        self.write_content(out)
    }

    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.field(name)
    }
}

/// What the publisher of one event may add to it.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct PublishExtras {
    /// Headers beneath the event's own: where both name one, the event's wins.
    pub headers: Headers,
    /// Data beneath the event's content: where both name a key, the content's wins.
    pub initial_data: Option<Map<String, Value>>,
    /// A routing key to use instead of the event's; empty means the event's.
    pub routing_key: Option<String>,
}

/// One event as a dialect sees it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct EventView<'a> {
    /// Name, level and templates.
    pub definition: &'a EventDefinition,
    /// Whom it is for.
    pub audience: &'a Audience,
    /// What it says.
    pub content: &'a dyn Content,
    /// What the publisher added.
    pub extras: &'a PublishExtras,
}

impl<'a> EventView<'a> {
    /// Views an event that is about to be published.
    pub fn new(event: &'a dyn Outgoing, extras: &'a PublishExtras) -> Self {
        Self {
            definition: event.event_definition(),
            audience: event.audience(),
            content: event.content(),
            extras,
        }
    }

    /// The event's name.
    pub fn name(&self) -> &'a str {
        &self.definition.name
    }

    /// The level of the event's type.
    pub fn level(&self) -> Level {
        self.definition.level
    }
}

impl std::fmt::Debug for EventView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventView")
            .field("name", &self.definition.name)
            .field("audience", self.audience)
            .finish_non_exhaustive()
    }
}
