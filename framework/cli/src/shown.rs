//! An event as it is shown.

use std::time::SystemTime;

use serde::Serialize;
use serde_json::Map;
use serde_json::value::{RawValue, to_raw_value};
use trunkline::{Dialect, Envelope, Headers};

use crate::dialects::{PropertiesForm, Time, bytes_of};
use crate::failure::chain;
use crate::output::{Paint, Tone, printable};

/// An event for programs: the shape is a promise.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<'a> {
    name: Option<String>,
    routing_key: &'a str,
    headers: Option<Box<RawValue>>,
    /// Null if the body is not the dialect's; then it is shown as it is.
    data: Option<Box<RawValue>>,
    message: PropertiesForm,
    received_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

impl<'a> Shown<'a> {
    /// Shows an envelope that came at this time.
    pub(crate) fn new(dialect: &dyn Dialect, envelope: &'a Envelope, at: SystemTime) -> Self {
        let mut shown = Self {
            name: dialect.event_name(envelope).map(|name| name.into_owned()),
            routing_key: envelope.routing_key().as_str(),
            headers: headers(envelope.headers()),
            data: None,
            message: envelope.properties().into(),
            received_at: at.into(),
            body: None,
            body_base64: None,
            unreadable: None,
        };
        match data(dialect, envelope) {
            Ok(data) => shown.data = Some(data),
            Err(reason) => {
                (shown.body, shown.body_base64) = bytes_of(envelope.body());
                shown.unreadable = Some(reason);
            }
        }
        shown
    }
}

fn data(dialect: &dyn Dialect, envelope: &Envelope) -> Result<Box<RawValue>, String> {
    let data = dialect.data(envelope).map_err(|error| chain(&error))?;
    RawValue::from_string(data.into_owned()).map_err(|error| error.to_string())
}

/// Headers as JSON; what JSON cannot hold is shown as text.
fn headers(headers: &Headers) -> Option<Box<RawValue>> {
    if let Ok(exact) = to_raw_value(headers) {
        return Some(exact);
    }
    let shown = headers.iter().map(|(name, value)| {
        let json = serde_json::to_value(value);
        let json = json.unwrap_or_else(|_| format!("{value:?}").into());
        (name.to_owned(), json)
    });
    to_raw_value(&shown.collect::<Map<_, _>>()).ok()
}

/// An event for people, on one line.
pub(crate) fn line(
    dialect: &dyn Dialect,
    envelope: &Envelope,
    at: SystemTime,
    paint: Paint,
) -> String {
    let time = Time::from(at).to_string();
    let time = time.get(11..23).unwrap_or(&time);
    let name = dialect.event_name(envelope);
    let name = name.as_deref().map_or("(no name)".into(), printable);
    let data = match dialect.data(envelope) {
        Ok(data) => printable(&data).into_owned(),
        Err(error) => format!("({} bytes: {})", envelope.body().len(), chain(&error)),
    };
    format!(
        "{}  {}  {}  {}{}",
        paint.tone(Tone::Faint, time),
        paint.tone(Tone::Strong, name),
        printable(envelope.routing_key().as_str()),
        paint.tone(Tone::Faint, audience(dialect, envelope)),
        data,
    )
}

/// Whom an event is for, in words that end with a space; nothing for services.
fn audience(dialect: &dyn Dialect, envelope: &Envelope) -> String {
    let Ok(audience) = dialect.audience(envelope) else {
        return "(audience unreadable) ".to_owned();
    };
    let mut words = String::new();
    if let Some(tenant) = audience.tenant() {
        words.push_str(&format!("tenant={} ", printable(tenant.as_str())));
    }
    for user in audience.named_users() {
        words.push_str(&format!("user={} ", printable(user.as_str())));
    }
    words
}
