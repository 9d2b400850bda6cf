//! From an envelope to an event.

mod binary;
mod structured;

use trunkline_core::{DecodeError, Envelope};

use crate::error::CloudEventsError;
use crate::event::CloudEvent;
use crate::media::{self, Says};

pub(crate) use binary::name as name_in_headers;

/// Reads the event that an envelope carries, in either mode.
pub(crate) fn read(envelope: &Envelope) -> Result<CloudEvent<'_>, DecodeError> {
    check_encoding(envelope)?;
    let content_type = envelope.properties().content_type();
    match content_type.map_or(Says::Data, media::says) {
        Says::Structured => structured::read(envelope.body()),
        Says::Batch => Err(CloudEventsError::Batch.into()),
        Says::OtherFormat => {
            let found = content_type.unwrap_or_default().to_owned();
            Err(CloudEventsError::Format { found }.into())
        }
        Says::Data => match binary::prefix(envelope.headers())? {
            Some(prefix) => binary::read(envelope, prefix),
            // MQTT 3.1.1 has neither headers nor content types: it is always the structured mode
            // (MQTT binding §3).
            None if content_type.is_none() && structured::is_likely(envelope.body()) => {
                structured::read(envelope.body())
            }
            None => Err(CloudEventsError::NotACloudEvent.into()),
        },
    }
}

fn check_encoding(envelope: &Envelope) -> Result<(), CloudEventsError> {
    let plain = ["", "identity", "utf-8", "utf8", "8bit", "binary"];
    match envelope.properties().content_encoding() {
        Some(found) if !plain.iter().any(|word| word.eq_ignore_ascii_case(found)) => {
            let found = found.to_owned();
            Err(CloudEventsError::ContentEncoding { found })
        }
        _ => Ok(()),
    }
}
