//! The bus a command works on.

use std::sync::Arc;

use trunkline::{Bus, Plain, Transport, TransportErrorKind};
use trunkline_wazo::Wazo;

use crate::dialects::DialectName;
use crate::failure::{Failure, chain};
use crate::session::Session;
use crate::settings::Settings;

impl Session {
    /// Connects the transport the settings name, to speak the dialect they name.
    pub(crate) async fn connect(&self) -> Result<Bus, Failure> {
        let settings = &self.settings;
        let transport = trunkline::connect_transport(&settings.transport).await;
        let transport = transport.map_err(|error| match error.kind() {
            TransportErrorKind::Configuration => {
                Failure::bad_value(settings.place("transport"), chain(&error))
            }
            _ => error.into(),
        })?;
        Ok(speak(transport, settings))
    }
}

/// Speaks the dialect of the settings on a transport.
pub(crate) fn speak(transport: Arc<dyn Transport>, settings: &Settings) -> Bus {
    match (settings.dialect, &settings.service_uuid) {
        (DialectName::Plain, _) => Bus::new(transport, Plain),
        (DialectName::Wazo, None) => Bus::new(transport, Wazo::new()),
        (DialectName::Wazo, Some(uuid)) => {
            Bus::new(transport, Wazo::new().with_origin(uuid.as_str()))
        }
    }
}
