//! The bus a command works on.

use std::sync::Arc;

use trunkline::cloudevents::CloudEvents;
use trunkline::wazo::Wazo;
use trunkline::{Bus, Dialect, Plain, Transport, TransportErrorKind};

use crate::dialects::{DialectName, Spelling, cloudevents, kazoo};
use crate::failure::{Failure, chain};
use crate::session::Session;
use crate::settings::Settings;

impl Session {
    /// Connects the transport the settings name, to speak the dialect they name.
    pub(crate) async fn connect(&self) -> Result<Bus, Failure> {
        let settings = &self.settings;
        let place = settings.place("transport");
        let transport = transport(&settings.transport, &place).await?;
        speak(transport, settings)
    }

    /// Whether events travel within this process alone.
    pub(crate) fn in_memory(&self) -> bool {
        self.settings.transport.starts_with("memory:")
    }
}

/// Connects the transport of a URL that stands in a place.
pub(crate) async fn transport(url: &str, place: &str) -> Result<Arc<dyn Transport>, Failure> {
    let transport = trunkline::connect_transport(url).await;
    transport.map_err(|error| match error.kind() {
        TransportErrorKind::Configuration => Failure::bad_value(place, chain(&error)),
        _ => error.into(),
    })
}

/// Speaks the dialect of the settings on a transport.
fn speak(transport: Arc<dyn Transport>, settings: &Settings) -> Result<Bus, Failure> {
    Ok(match settings.dialect {
        DialectName::Plain => Bus::new(transport, Plain),
        DialectName::Kazoo => Bus::new(transport, kazoo()),
        DialectName::Wazo => Bus::new(transport, wazo(settings)),
        DialectName::CloudEvents(spelling) => Bus::new(transport, cloud(spelling, settings)?),
    })
}

/// The dialect of the settings, without a bus.
pub(crate) fn dialect(settings: &Settings) -> Result<Box<dyn Dialect>, Failure> {
    Ok(match settings.dialect {
        DialectName::Plain => Box::new(Plain),
        DialectName::Kazoo => Box::new(kazoo()),
        DialectName::Wazo => Box::new(wazo(settings)),
        DialectName::CloudEvents(spelling) => Box::new(cloud(spelling, settings)?),
    })
}

fn cloud(spelling: Spelling, settings: &Settings) -> Result<CloudEvents, Failure> {
    cloudevents(spelling, settings.service_uuid.as_deref())
        .map_err(|fault| Failure::bad_value(settings.place("service_uuid"), fault.reason))
}

fn wazo(settings: &Settings) -> Wazo {
    match &settings.service_uuid {
        None => Wazo::new(),
        Some(uuid) => Wazo::new().with_origin(uuid.as_str()),
    }
}
