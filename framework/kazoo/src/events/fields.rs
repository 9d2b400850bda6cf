//! The fields of a message, with lenient readers.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::time::{EPOCH, unix_seconds};
use crate::vocabulary::{ACCOUNT_ID, CALL_ID, CHANNEL_VARS, OWNER_ID, TIMESTAMP};

/// The type a kind of reader gives.
macro_rules! read {
    (type text) => { Option<&str> };
    (type number) => { Option<i64> };
    (type seconds) => { Option<std::time::Duration> };
    (type milliseconds) => { Option<std::time::Duration> };
    (type object) => { Option<&serde_json::Map<String, serde_json::Value>> };
    (type list) => { &[serde_json::Value] };
}
pub(crate) use read;

/// The fields of a message, each of the JSON kind it came with.
///
/// # Examples
/// ```
/// use trunkline_kazoo::events::Fields;
///
/// let fields: Fields = serde_json::from_str(r#"{"Duration-Seconds": "32", "X": 1}"#)?;
/// assert_eq!(fields.number("Duration-Seconds"), Some(32));
/// assert_eq!(serde_json::to_string(&fields)?, r#"{"Duration-Seconds":"32","X":1}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// A value as it came.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Sets a value.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Walks all fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// An integer, which may have come as text.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            Value::String(text) => text.parse().ok(),
            value => value.as_i64(),
        }
    }

    /// A length of time in seconds, which may have come as text.
    pub fn seconds(&self, key: &str) -> Option<Duration> {
        self.number(key)?.try_into().ok().map(Duration::from_secs)
    }

    /// A length of time in milliseconds, which may have come as text.
    pub fn milliseconds(&self, key: &str) -> Option<Duration> {
        self.number(key)?.try_into().ok().map(Duration::from_millis)
    }

    /// A truth, which may have come as `"true"` or `"false"`.
    pub fn truth(&self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// An object.
    pub fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.get(key)?.as_object()
    }

    /// A list; empty if there is none.
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The leg, `Call-ID`.
    pub fn call_id(&self) -> Option<&str> {
        self.text(CALL_ID)
    }

    /// A variable of the channel.
    pub fn channel_variable(&self, key: &str) -> Option<Cow<'_, str>> {
        match self.object(CHANNEL_VARS)?.get(key)? {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
            _ => None,
        }
    }

    /// The account, by the channel's variables.
    pub fn account_id(&self) -> Option<Cow<'_, str>> {
        self.channel_variable(ACCOUNT_ID)
    }

    /// The user who owns the leg, by the channel's variables.
    pub fn owner_id(&self) -> Option<Cow<'_, str>> {
        self.channel_variable(OWNER_ID)
    }

    /// `inbound` or `outbound`, as the switch sees it.
    pub fn direction(&self) -> Option<&str> {
        self.text("Call-Direction")
    }

    /// The number of who calls.
    pub fn caller_number(&self) -> Option<&str> {
        self.text("Caller-ID-Number")
    }

    /// The name of who calls.
    pub fn caller_name(&self) -> Option<&str> {
        self.text("Caller-ID-Name")
    }

    /// The number of who is called.
    pub fn callee_number(&self) -> Option<&str> {
        self.text("Callee-ID-Number")
    }

    /// The name of who is called.
    pub fn callee_name(&self) -> Option<&str> {
        self.text("Callee-ID-Name")
    }

    /// The other leg of the call.
    pub fn other_leg(&self) -> Option<&str> {
        self.text("Other-Leg-Call-ID")
    }

    /// Whether the leg is one of the switch's own, that loops back into it.
    pub fn is_loopback(&self) -> bool {
        self.truth("Channel-Is-Loopback") == Some(true)
    }

    /// When it happened, in Unix seconds.
    pub fn unix_time(&self) -> Option<i64> {
        unix_seconds(self.number(TIMESTAMP)?).ok()
    }

    /// Sets when it happened, in Unix seconds.
    pub fn set_unix_time(&mut self, unix: i64) {
        self.set(TIMESTAMP, unix.saturating_add(EPOCH));
    }
}

impl fmt::Debug for Fields {
    /// Shows the keys alone: values are people's numbers and names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
