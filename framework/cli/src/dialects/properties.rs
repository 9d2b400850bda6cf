//! An envelope's properties as JSON.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use trunkline::{EventId, Properties};

/// An envelope's properties as JSON: what is not known is left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PropertiesForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    causation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
}

/// A time: RFC 3339 within its years, else seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Time {
    /// `2026-02-03T04:05:06.078901000Z`.
    Text(String),
    /// A time no calendar of four-digit years has.
    Seconds(f64),
}

/// The first second of the year 10 000, which RFC 3339 cannot write.
const YEAR_10_000: u64 = 253_402_300_800;

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) if since.as_secs() < YEAR_10_000 => {
                Self::Text(humantime::format_rfc3339_nanos(time).to_string())
            }
            Ok(since) => Self::Seconds(since.as_secs_f64()),
            Err(before) => Self::Seconds(-before.duration().as_secs_f64()),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Seconds(seconds) => write!(f, "{seconds} s since 1970"),
        }
    }
}

impl Time {
    /// The time, if it is one.
    pub(crate) fn read(&self) -> Option<SystemTime> {
        match self {
            Self::Text(text) => humantime::parse_rfc3339(text).ok(),
            Self::Seconds(seconds) => {
                let distance = Duration::try_from_secs_f64(seconds.abs()).ok()?;
                if *seconds < 0.0 {
                    UNIX_EPOCH.checked_sub(distance)
                } else {
                    UNIX_EPOCH.checked_add(distance)
                }
            }
        }
    }
}

impl From<&Properties> for PropertiesForm {
    fn from(properties: &Properties) -> Self {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Self {
            id: properties.id().map(ToString::to_string),
            timestamp: properties.timestamp().map(Time::from),
            content_type: text(properties.content_type()),
            content_encoding: text(properties.content_encoding()),
            persistent: Some(properties.persistent()),
            priority: properties.priority(),
            expiration_ms: properties
                .expiration()
                .map(|expiration| u64::try_from(expiration.as_millis()).unwrap_or(u64::MAX)),
            correlation_id: text(properties.correlation_id()),
            causation_id: text(properties.causation_id()),
            reply_to: text(properties.reply_to()),
            kind: text(properties.kind()),
            app_id: text(properties.app_id()),
        }
    }
}

impl TryFrom<PropertiesForm> for Properties {
    type Error = &'static str;

    fn try_from(form: PropertiesForm) -> Result<Self, &'static str> {
        let mut properties = Self::new();
        if let Some(time) = &form.timestamp {
            let time = time.read();
            let time =
                time.ok_or("`timestamp` is no time; write it like `2026-02-03T04:05:06.078901Z`")?;
            properties.set_timestamp(Some(time));
        }
        properties.set_id(form.id.as_deref().map(EventId::from_text));
        properties.set_content_type(form.content_type.as_deref());
        properties.set_content_encoding(form.content_encoding.as_deref());
        properties.set_persistent(form.persistent.unwrap_or(true));
        properties.set_priority(form.priority);
        properties.set_expiration(form.expiration_ms.map(Duration::from_millis));
        properties.set_correlation_id(form.correlation_id.as_deref());
        properties.set_causation_id(form.causation_id.as_deref());
        properties.set_reply_to(form.reply_to.as_deref());
        properties.set_kind(form.kind.as_deref());
        properties.set_app_id(form.app_id.as_deref());
        Ok(properties)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_written_and_read_back() {
        let seconds = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        for time in [
            UNIX_EPOCH,
            UNIX_EPOCH + Duration::from_nanos(1_770_091_506_078_901_001),
            seconds(YEAR_10_000 - 1),
            seconds(YEAR_10_000),
            UNIX_EPOCH - Duration::from_secs(1),
        ] {
            assert_eq!(Time::from(time).read(), Some(time));
        }
        for bad in [f64::NAN, f64::INFINITY, 1e300, -1e300] {
            assert_eq!(Time::Seconds(bad).read(), None, "{bad}");
        }
    }
}
