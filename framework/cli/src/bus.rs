//! The bus a command works on.

use std::sync::Arc;

use trunkline_core::{Bus, Plain, TransportError};

use crate::dialects::DialectName;
use crate::failure::Failure;
use crate::session::Session;
use crate::settings::{Settings, masked_url};

impl Session {
    /// Connects the transport the settings name, to speak the dialect they name.
    pub(crate) async fn connect(&self) -> Result<Bus, Failure> {
        connect(&self.settings).await
    }
}

async fn connect(settings: &Settings) -> Result<Bus, Failure> {
    let url = settings.transport.as_str();
    let scheme = url.split(':').next().unwrap_or_default();
    if scheme != "memory" {
        return Err(TransportError::Url {
            url: masked_url(url),
            problem: format!("there is no transport `{scheme}`"),
            hint: "the transports are `memory:`".into(),
        }
        .into());
    }
    let transport = Arc::new(trunkline_memory::connect(url)?);
    Ok(match settings.dialect {
        DialectName::Plain => Bus::new(transport, Plain),
    })
}
