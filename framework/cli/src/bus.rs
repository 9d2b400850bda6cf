//! The bus a command works on.

use std::sync::Arc;
use std::time::Duration;

use trunkline::cloudevents::CloudEvents;
use trunkline::wazo::Wazo;
use trunkline::{Bus, Dialect, Health, Plain, Transport, TransportError, TransportErrorKind};

use crate::dialects::{DialectName, Spelling, cloudevents, kazoo};
use crate::failure::{Exit, Failure, chain};
use crate::session::Session;
use crate::settings::Settings;

/// The wait before a broker is tried again that was not there.
const AGAIN: Duration = Duration::from_secs(1);

impl Session {
    /// Connects the transport the settings name, to speak the dialect they name.
    pub(crate) async fn connect(&self) -> Result<Bus, Failure> {
        let (settings, place) = (&self.settings, self.settings.place("transport"));
        let transport = tokio::select! {
            biased;
            transport = transport(&settings.transport, &place) => transport?,
            () = self.interrupt.asked() => return Err(Failure::silent(Exit::Interrupted)),
        };
        speak(transport, settings)
    }

    /// As [`connect`](Self::connect), for what runs on and on: a broker that is not there is waited
    /// for. `None` if the program is asked to end meanwhile.
    pub(crate) async fn connect_patiently(&self) -> Result<Option<Bus>, Failure> {
        let settings = &self.settings;
        tokio::select! {
            biased;
            transport = self.awaited() => speak(transport?, settings).map(Some),
            () = self.interrupt.asked() => Ok(None),
        }
    }

    async fn awaited(&self) -> Result<Arc<dyn Transport>, Failure> {
        let place = self.settings.place("transport");
        let mut told = false;
        let mut tell = |why: &str| {
            if !std::mem::replace(&mut told, true) {
                self.output.note(format!("waiting for the broker: {why}"));
            }
        };
        loop {
            match trunkline::connect_transport(&self.settings.transport).await {
                Ok(transport) => {
                    if let Some(why) = trouble(&*transport).await {
                        tell(&why);
                    }
                    let mut health = transport.health();
                    // Fails only if the transport is gone, which its next user is told.
                    let _ = health.wait_for(Health::is_running).await;
                    return Ok(transport);
                }
                Err(error) if error.is_retryable() => tell(&chain(&error)),
                Err(error) => return Err(failure(error, &place)),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Whether events travel within this process alone.
    pub(crate) fn in_memory(&self) -> bool {
        self.settings.transport.starts_with("memory:")
    }
}

/// Connects the transport of a URL that stands in a place; that the broker is not there is a failure.
pub(crate) async fn transport(url: &str, place: &str) -> Result<Arc<dyn Transport>, Failure> {
    let transport = trunkline::connect_transport(url).await;
    let transport = transport.map_err(|error| failure(error, place))?;
    match trouble(&*transport).await {
        None => Ok(transport),
        Some(why) => {
            // It has nothing to finish, and why it is not up is known.
            let _ = transport.close().await;
            Err(Failure::no_broker(why))
        }
    }
}

/// Why a transport that has just been made is not up: some go on trying by themselves.
async fn trouble(transport: &dyn Transport) -> Option<Arc<str>> {
    let mut health = transport.health();
    let tried = health
        .wait_for(|health| !matches!(health, Health::Connecting))
        .await;
    match tried.as_deref() {
        Ok(Health::Degraded { reason, .. }) => Some(Arc::clone(reason)),
        _ => None,
    }
}

fn failure(error: TransportError, place: &str) -> Failure {
    match error.kind() {
        TransportErrorKind::Configuration => Failure::bad_value(place, chain(&error)),
        _ => error.into(),
    }
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
