//! A dialect small enough to need no trust: the name is a header, the body is the content.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use trunkline_core::{
    Audience, Binding, Bus, DecodeError, Dialect, DynamicEvent, EncodeError, Envelope, Event,
    EventDefinition, EventView, Level, RoutingKey, Template, TenantId,
};

use crate::client::Client;
use crate::stage::Stage;

/// The header that names an event.
pub(crate) const NAME: &str = "name";
/// The header that names an event's tenant.
pub(crate) const TENANT: &str = "tenant";

/// A dialect small enough to need no trust: the name is a header, the body is the content, and the
/// routing key is made of the name, so that the narrowest patterns suffice.
#[derive(Debug, Clone)]
pub struct CaseDialect {
    /// What the keys of this case begin with.
    keys: String,
}

impl CaseDialect {
    /// The dialect for one case.
    pub fn new(stage: &Stage) -> Self {
        Self {
            keys: stage.key("events").as_str().to_owned(),
        }
    }

    /// A bus that speaks this dialect through a client.
    pub fn bus(stage: &Stage, client: &Client) -> Bus {
        Bus::new(client.transport().clone(), Self::new(stage))
    }

    /// The routing key of the events of a name.
    ///
    /// # Panics
    /// When the name is no word of a key.
    pub fn key(&self, name: &str) -> RoutingKey {
        let key = format!("{}.{name}", self.keys);
        RoutingKey::new(key).expect("the cases name events by plain words")
    }
}

impl Dialect for CaseDialect {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn encode(&self, event: &EventView<'_>) -> Result<Envelope, EncodeError> {
        let name = || event.name().to_owned();
        let mut body = Vec::new();
        event
            .content
            .write_json(&mut body)
            .map_err(|source| EncodeError::Content {
                event: name(),
                source,
            })?;
        let refused = |header: &str| {
            let (event, header) = (name(), header.to_owned());
            move |source| EncodeError::Header {
                event,
                header,
                source,
            }
        };
        let envelope = Envelope::new(self.key(event.name()), body)
            .with_headers(event.extras.headers.clone())
            .with_content_type("application/json")
            .with_header(NAME, event.name())
            .map_err(refused(NAME))?;
        match event.audience.tenant() {
            Some(tenant) => envelope
                .with_header(TENANT, tenant.as_str())
                .map_err(refused(TENANT)),
            None => Ok(envelope),
        }
    }

    fn event_name<'e>(&self, envelope: &'e Envelope) -> Option<Cow<'e, str>> {
        envelope.headers().text(NAME).map(Cow::Borrowed)
    }

    fn audience(&self, envelope: &Envelope) -> Result<Audience, DecodeError> {
        let tenant = envelope.headers().text(TENANT);
        Ok(tenant.map_or(Audience::Service, |tenant| {
            Audience::Tenant(TenantId::from(tenant))
        }))
    }

    fn data<'e>(&self, envelope: &'e Envelope) -> Result<Cow<'e, str>, DecodeError> {
        let text = String::from_utf8_lossy(envelope.body());
        match serde_json::from_str::<&serde_json::value::RawValue>(&text) {
            Ok(_) => Ok(text),
            Err(source) => Err(DecodeError::NotJson(source)),
        }
    }

    fn binding_for(&self, event_name: &str) -> Binding {
        let exact = Binding::builder()
            .key(self.key(event_name).as_str())
            .build();
        exact.expect("a key is a pattern of itself")
    }
}

/// A typed event with nothing but a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The number.
    pub number: u64,
}

impl Event for Counted {
    const NAME: &'static str = "counted";

    fn definition() -> &'static EventDefinition {
        static DEFINITION: OnceLock<EventDefinition> = OnceLock::new();
        DEFINITION.get_or_init(|| {
            let key = Template::parse(Self::NAME).expect("a plain word is a template");
            EventDefinition::new(Self::NAME, Level::Service, key)
        })
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
        (name == "number").then(|| serde_json::to_value(self.number))
    }
}

impl trunkline_core::ServiceEvent for Counted {}

/// An event of any name with a number in it.
///
/// # Panics
/// When the name is no template.
pub fn numbered(name: &str, number: u64) -> DynamicEvent {
    DynamicEvent::service(name.to_owned(), name.to_owned())
        .expect("the cases name events by plain words")
        .with_content(&Counted { number })
        .expect("a number can be written")
}
