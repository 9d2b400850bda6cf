//! The dialect itself.

use std::borrow::Cow;

use trunkline_core::{
    Audience, Binding, DecodeError, Dialect, EncodeError, Envelope, EventView, Properties,
    RoutingKey, TenantId, UserId,
};

use crate::DIALECT;
use crate::body;
use crate::build::{CONTENT_TYPE, Place};
use crate::error::KazooError;
use crate::family::{Family, split_call_key};
use crate::message::Message;
use crate::vocabulary::{
    ACCOUNT_ID, APP_NAME, APP_VERSION, CHANNEL_VARS, EVENT_CATEGORY, EVENT_NAME, NODE, NON_EVENTS,
    OWNER_ID, is_header,
};

/// The AMQP header that marks a message as one Erlang process's own.
const TO_PROCESS: &str = "Deliver-To-PID";
/// The AMQP header with the call an event is filed under.
const CALL_HEADER: &str = "call-id";

/// Writes and reads events as the applications of 2600Hz Kazoo do.
///
/// An event's content is the message; `Event-Name` is the event's name and `Event-Category` its
/// service, unless that is no family of Kazoo's: then it is a call event. Keys the platform wants are
/// filled in; of a call event, keys that Kazoo does not know are left out with a warning, as Kazoo
/// leaves them out without one. The routing key is the family's, whatever template the event has.
///
/// The tenant of an event is its account, the user its owner. An event without an account is for
/// services alone: it reaches no tenant. Kazoo shows every event of an account to all of its users.
///
/// Each [family](Family) has an exchange, so that each needs a bus:
/// `amqp://host/?exchange=callevt`.
///
/// # Examples
/// ```
/// use trunkline_core::{Audience, Dialect, EventView, PublishExtras, TenantEvent};
/// use trunkline_kazoo::{Kazoo, events::ChannelAnswer};
///
/// let kazoo = Kazoo::new("ivr", "1.0").with_node("ivr@apps1.example.com");
/// let answered = ChannelAnswer::new("leg.1").with("Call-Direction", "inbound");
/// let event = answered.for_tenant("4b31dd1d32ce6d249897c06332375d65");
/// let envelope = kazoo.encode(&EventView::new(&event, &PublishExtras::default()))?;
///
/// assert_eq!(envelope.routing_key().as_str(), "call.CHANNEL_ANSWER.leg%2E1");
/// assert_eq!(kazoo.audience(&envelope)?, *event.audience());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Kazoo {
    app_name: Box<str>,
    app_version: Box<str>,
    node: Box<str>,
}

impl Kazoo {
    /// Speaks for an application, which Kazoo's messages name with its version.
    pub fn new(app_name: impl Into<Box<str>>, app_version: impl Into<Box<str>>) -> Self {
        Self {
            app_name: app_name.into(),
            app_version: app_version.into(),
            node: "nonode@nohost".into(),
        }
    }

    /// Sets the node that messages name. Default `nonode@nohost`, as an Erlang node without a name.
    pub fn with_node(mut self, node: impl Into<Box<str>>) -> Self {
        self.node = node.into();
        self
    }

    fn message<'m>(
        &self,
        event: &EventView<'m>,
        content: &'m str,
    ) -> Result<Message<'m>, EncodeError> {
        let mut message = Message::parse(content).map_err(|error| match error {
            DecodeError::NotAnObject => EncodeError::NotAnObject {
                event: event.name().to_owned(),
            },
            DecodeError::TooDeep { limit } => EncodeError::TooDeep {
                event: event.name().to_owned(),
                limit,
            },
            other => refuse(event, Box::new(other).into()),
        })?;
        for (key, value) in initial(event) {
            if message.get(key).is_none() {
                message.set(key, value);
            }
        }
        for field in event.definition.header_fields.iter() {
            if let Some(Ok(value)) = event.content.attribute(field)
                && message.get(field).is_none()
            {
                message.set(field, &value);
            }
        }
        let platform = event.extras.headers.iter();
        for (key, value) in platform.filter(|(key, _)| is_header(key)) {
            if let Ok(value) = serde_json::Value::try_from(value)
                && message.lacks(key)
            {
                message.set(key, &value);
            }
        }
        message.set(EVENT_NAME, event.name());
        if message.lacks(EVENT_CATEGORY) {
            let family = Family::of_category(&event.definition.service);
            let family = family.unwrap_or(Family::Call);
            message.set(EVENT_CATEGORY, family.category());
        }
        for (key, value) in [(APP_NAME, &self.app_name), (APP_VERSION, &self.app_version)] {
            if message.lacks(key) {
                message.set(key, &**value);
            }
        }
        if message.lacks(NODE) {
            message.set(NODE, &*self.node);
        }
        address(&mut message, event.audience).map_err(|error| refuse(event, error))?;
        Ok(message)
    }

    fn envelope(
        &self,
        event: &EventView<'_>,
        message: &Message<'_>,
        place: Place,
    ) -> Result<Envelope, EncodeError> {
        let mut headers = event.extras.headers.clone();
        let platform = event
            .extras
            .headers
            .iter()
            .filter(|(key, _)| is_header(key));
        for (key, _) in platform {
            headers.remove(key);
        }
        if let Some(call) = place.call_id {
            let set = headers.insert(CALL_HEADER, call);
            set.map_err(|source| EncodeError::Header {
                event: event.name().to_owned(),
                header: CALL_HEADER.to_owned(),
                source,
            })?;
        }
        let key = key(event, place.routing_key)?;
        let mut properties = Properties::fresh();
        properties.set_content_type(Some(CONTENT_TYPE));
        Ok(Envelope::from_parts(
            key,
            headers,
            properties,
            message.to_json(),
        ))
    }

    /// Reads the message an envelope carries.
    ///
    /// # Errors
    /// [`DecodeError`] when the body is of another type or encoding than Kazoo's, too large once
    /// unpacked, not UTF-8, not JSON, not an object, or names a key twice. Each is counted in
    /// `trunkline_unreadable_total` with its reason.
    pub fn read<T>(
        &self,
        envelope: &Envelope,
        look: impl FnOnce(&Message<'_>) -> T,
    ) -> Result<T, DecodeError> {
        read(envelope, look).map_err(|error| error.counted(DIALECT))
    }
}

fn read<T>(envelope: &Envelope, look: impl FnOnce(&Message<'_>) -> T) -> Result<T, DecodeError> {
    let text = body::text(envelope)?;
    Ok(look(&Message::parse(&text)?))
}

fn initial<'e>(event: &EventView<'e>) -> impl Iterator<Item = (&'e str, &'e serde_json::Value)> {
    let initial = event.extras.initial_data.iter().flatten();
    initial.map(|(key, value)| (key.as_str(), value))
}

/// The event's key, or the publisher's own, which may not name another event.
fn key(event: &EventView<'_>, own: String) -> Result<RoutingKey, EncodeError> {
    let text = match event.extras.routing_key.as_deref() {
        Some(given) if !given.is_empty() => {
            if split_call_key(given).is_some_and(|(name, _)| name != event.name()) {
                let key = given.to_owned();
                return Err(refuse(event, KazooError::OtherEvent { key }));
            }
            given.to_owned()
        }
        _ => own,
    };
    RoutingKey::verbatim(text).map_err(|source| EncodeError::RoutingKey {
        event: event.name().to_owned(),
        key: source.text().to_owned(),
        source,
    })
}

/// Writes whom the event is for into the message, which may say the same already and nothing else.
fn address(message: &mut Message<'_>, audience: &Audience) -> Result<(), KazooError> {
    let (tenant, user) = match audience {
        Audience::Service => (None, None),
        Audience::Tenant(tenant) => (Some(tenant.as_str()), None),
        Audience::User { tenant, user } => (
            Some(tenant.as_str()),
            user.as_ref().map(AsRef::<str>::as_ref),
        ),
        _ => return Err(KazooError::SeveralUsers),
    };
    let said = message.tenant();
    if said.is_some() && said.as_deref() != tenant {
        return Err(KazooError::Audience { field: ACCOUNT_ID });
    }
    if let Some(tenant) = tenant.filter(|_| said.is_none()) {
        set_owner(message, ACCOUNT_ID, tenant);
    }
    if let Some(user) = user {
        match message.user() {
            None => set_owner(message, OWNER_ID, user),
            Some(said) if said == user => {}
            Some(_) => return Err(KazooError::Audience { field: OWNER_ID }),
        }
    }
    Ok(())
}

/// Sets account or owner where Kazoo looks first.
fn set_owner(message: &mut Message<'_>, key: &'static str, value: &str) {
    let is_call = Family::of(message).is_ok_and(|family| family == Family::Call);
    if !is_call {
        message.set(key, value);
        return;
    }
    let mut variables = message.object(CHANNEL_VARS).unwrap_or_default();
    variables.set(key, value);
    let json = serde_json::value::RawValue::from_string(variables.to_json());
    // Variables that are no object are left, to be refused with their name.
    let replaceable = message.lacks(CHANNEL_VARS) || message.object(CHANNEL_VARS).is_some();
    if let (Ok(json), true) = (json, replaceable) {
        message.set(CHANNEL_VARS, &json);
    }
}

fn refuse(event: &EventView<'_>, error: KazooError) -> EncodeError {
    EncodeError::Dialect {
        event: event.name().to_owned(),
        dialect: DIALECT,
        source: error.into(),
    }
}

impl Dialect for Kazoo {
    fn name(&self) -> &'static str {
        DIALECT
    }

    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        let mut content = Vec::with_capacity(1024);
        let written = event.content.write_json(&mut content);
        written.map_err(|source| EncodeError::Content {
            event: event.name().to_owned(),
            source,
        })?;
        let content = std::str::from_utf8(&content)
            .map_err(|error| refuse(event, Box::new(DecodeError::NotUtf8(error)).into()))?;
        let mut message = self.message(event, content)?;
        let place = message.make_ready(&self.node);
        let place = place.map_err(|error| refuse(event, error))?;
        self.envelope(event, &message, place)
    }

    /// The name in the routing key of a call event, else in the message.
    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        if envelope.headers().contains(TO_PROCESS) {
            return None;
        }
        let name = match split_call_key(envelope.routing_key().as_str()) {
            Some((name, _)) => Cow::Borrowed(name),
            None => {
                // Nobody may ask further after an event without a name: what is wrong counts here.
                let name = self.read(envelope, |message| {
                    message.text(EVENT_NAME).map(Cow::into_owned)
                });
                Cow::Owned(name.ok()??)
            }
        };
        (!name.is_empty() && !NON_EVENTS.contains(&&*name)).then_some(name)
    }

    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        self.read(envelope, |message| match message.tenant() {
            None => Audience::Service,
            Some(tenant) => match message.user() {
                None => Audience::Tenant(TenantId::from(tenant)),
                Some(user) => Audience::User {
                    tenant: TenantId::from(tenant),
                    user: Some(UserId::from(user)),
                },
            },
        })
    }

    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        self.read(envelope, |message| Cow::Owned(message.data()))
    }

    /// By key: Kazoo's messages have no header with their name.
    fn binding_for(&self, event_name: &str) -> Binding {
        let key = match event_name {
            "event" => "conference.event.#".to_owned(),
            "command" => "conference.command.*".to_owned(),
            "status" => "fax.status.*.*".to_owned(),
            "dialog_update" => "dialog.*.*".to_owned(),
            "update" => "update.*.*".to_owned(),
            "mwi_update" => "mwi_updates.*.*".to_owned(),
            name if name.starts_with("doc_") || name.starts_with("db_") => format!("{name}.#"),
            name => format!("call.{name}.*"),
        };
        let binding = Binding::builder().key(key).build();
        binding.unwrap_or_else(|_| Binding::everything())
    }
}
