//! CloudEvents, described in the words that Wazo's events are described in.

use serde_json::{Map, Value as Json};
use trunkline::cloudevents::{CloudEvent, CloudEvents, Mode, Prefix};
use trunkline::wazo::Description;
use trunkline::{Dialect, Envelope, EventId, Level, Properties};

use super::wire::raw;
use super::{Fault, Time, Wire, plain};
use crate::failure::chain;

/// How CloudEvents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// In binary mode, with the names AMQP's headers have.
    Amqp,
    /// In binary mode, with the names MQTT's user properties have.
    Mqtt,
    /// In structured mode.
    Json,
}

/// Where events come from unless `service_uuid` says.
const SOURCE: &str = "/trunkline";

/// What a description's `service_uuid` has of events in this dialect.
const FORM_OF_SOURCES: &str = "the source of events is a URI reference, such as `/calld`";

/// The dialect, for events of a source.
pub(crate) fn dialect(spelling: Spelling, source: Option<&str>) -> Result<CloudEvents, Fault> {
    let dialect = CloudEvents::new(source.unwrap_or(SOURCE))
        .map_err(|error| Fault::new("service_uuid", format!("{error}; {FORM_OF_SOURCES}")))?;
    Ok(match spelling {
        Spelling::Amqp => dialect,
        Spelling::Mqtt => dialect.with_prefix(Prefix::Bare),
        Spelling::Json => dialect.with_mode(Mode::Structured),
    })
}

fn of(spelling: Spelling, event: &Description) -> Result<CloudEvents, Fault> {
    dialect(spelling, event.service_uuid.as_deref())
}

pub(super) fn wire(spelling: Spelling, event: &Description) -> Result<Wire, Fault> {
    let mut wire = plain::wire(&of(spelling, event)?, event)?;
    wire.content_type = Some(match spelling {
        Spelling::Json => "application/cloudevents+json".to_owned(),
        _ => "application/json".to_owned(),
    });
    Ok(wire)
}

/// Writes a described event as an envelope.
pub(super) fn envelope(spelling: Spelling, event: &Description) -> Result<Envelope, Fault> {
    plain::envelope(&of(spelling, event)?, event)
}

/// Puts a message into an envelope with the id and the time that the event has.
pub(super) fn enveloped(wire: &Wire) -> Result<Envelope, Fault> {
    let mut properties = Properties::fresh();
    // A line of binary mode is about JSON unless it says otherwise; in structured mode the body
    // tells, as it does where there are no content types.
    let is_binary = wire.headers.get() != "{}";
    let content_type = wire.content_type.as_deref();
    let content_type = content_type.or(is_binary.then_some("application/json"));
    properties.set_content_type(content_type);
    let mut envelope = wire.envelope(properties)?;
    let (id, time) = {
        let event = read(&envelope)?;
        (EventId::from_text(event.id()), event.time())
    };
    envelope.properties_mut().set_id(Some(id));
    envelope.properties_mut().set_timestamp(time);
    Ok(envelope)
}

fn read(envelope: &Envelope) -> Result<CloudEvent<'_>, Fault> {
    let dialect = dialect(Spelling::Amqp, None)?;
    let event = dialect.read(envelope);
    event.map_err(|error| Fault::new("payload", chain(&error)))
}

/// Describes the event an envelope carries.
pub(super) fn read_back(envelope: &Envelope) -> Result<Description, Fault> {
    let unreadable = |error: trunkline::DecodeError| Fault::new("payload", chain(&error));
    let event = read(envelope)?;
    let dialect = dialect(Spelling::Amqp, None)?;
    let audience = dialect.audience(envelope).map_err(unreadable)?;
    let mut described = Description::new(audience.level(), event.name());
    let key = envelope.routing_key().as_str();
    described.routing_key_fmt = key.replace('{', "{{").replace('}', "}}");
    described.tenant_uuid = audience.tenant().map(ToString::to_string);
    let mut users = audience.named_users().iter().map(ToString::to_string);
    match audience.level() {
        Level::User => described.user_uuid = users.next_back(),
        Level::MultiUser => described.user_uuids = Some(users.collect()),
        _ => {}
    }
    let data = dialect.data(envelope).map_err(unreadable)?;
    described.content = Some(raw("payload", data.into_owned())?);
    described.service_uuid = Some(event.source().to_owned());
    described.now = event.time().map(|time| Time::from(time).to_string());
    described.extra_vars = Some(raw("payload", extensions(&event))?);
    Ok(described)
}

/// The attributes that the description has no other place for.
fn extensions(event: &CloudEvent<'_>) -> String {
    const PLACED: [&str; 10] = [
        "specversion",
        "id",
        "source",
        "type",
        "time",
        "datacontenttype",
        "audience",
        "tenant",
        "user",
        "users",
    ];
    let others = event
        .attributes()
        .filter(|(name, _)| !PLACED.contains(name));
    let others = others.map(|(name, value)| (name.to_owned(), Json::from(value)));
    Json::Object(others.collect::<Map<_, _>>()).to_string()
}
