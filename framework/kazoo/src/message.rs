//! A message: one flat JSON object, its values kept as the text they came as.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use trunkline_core::DecodeError;

/// Most objects and arrays inside each other in a message, itself counted.
///
/// `serde_json` refuses 128 levels; this leaves room for what wraps a message, such as a recording.
pub const MAX_DEPTH: usize = 120;

/// A message of Kazoo's: keys in `Title-Case-With-Dashes`, and values of which every digit is kept.
///
/// # Examples
/// ```
/// use trunkline_kazoo::Message;
///
/// let message = Message::parse(r#"{"Event-Name": "CHANNEL_HOLD", "Call-ID": "leg-1"}"#)?;
/// assert_eq!(message.text("Call-ID").as_deref(), Some("leg-1"));
/// # Ok::<(), trunkline_kazoo::DecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct Message<'a>(Vec<(Cow<'a, str>, Cow<'a, RawValue>)>);

impl<'a> Message<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// [`DecodeError`] for text that is not JSON, not an object, names a key twice, or nests deeper
    /// than [`MAX_DEPTH`].
    pub fn parse(json: &'a str) -> Result<Self, DecodeError> {
        if is_deeper(json.as_bytes(), MAX_DEPTH) {
            return Err(DecodeError::TooDeep { limit: MAX_DEPTH });
        }
        if !json.trim_ascii_start().starts_with('{') {
            return Err(match serde_json::from_str::<IgnoredAny>(json) {
                Ok(_) => DecodeError::NotAnObject,
                Err(error) => DecodeError::NotJson(error),
            });
        }
        let message: Self = serde_json::from_str(json).map_err(DecodeError::NotJson)?;
        let mut seen = HashSet::with_capacity(message.0.len());
        match message.0.iter().find(|(key, _)| !seen.insert(&**key)) {
            Some((key, _)) => Err(DecodeError::DuplicateKey(key.clone().into_owned())),
            None => Ok(message),
        }
    }

    /// A value, as JSON text.
    pub fn get(&self, key: &str) -> Option<&str> {
        let mut members = self.0.iter();
        members
            .find(|(own, _)| own == key)
            .map(|(_, value)| value.get())
    }

    /// A value that is text; `None` for everything else.
    pub fn text(&self, key: &str) -> Option<Cow<'_, str>> {
        text(self.get(key)?)
    }

    /// An identifier: text that is not empty, or a number as text.
    pub(crate) fn id(&self, key: &str) -> Option<Cow<'_, str>> {
        let json = self.get(key)?;
        match json.as_bytes().first()? {
            b'"' => text(json).filter(|text| !text.is_empty()),
            b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
            _ => None,
        }
    }

    /// The members of a value that is an object.
    pub(crate) fn object(&self, key: &str) -> Option<Message<'_>> {
        let json = self.get(key)?;
        json.starts_with('{').then(|| Message::parse(json).ok())?
    }

    /// Whether a key is there and not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|json| json != "null")
    }

    /// Whether a key is missing, null or an empty text.
    pub(crate) fn lacks(&self, key: &str) -> bool {
        self.get(key).is_none_or(is_empty)
    }

    /// Walks the members, each value as JSON text, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, value.get()))
    }

    /// Sets a value.
    pub(crate) fn set(&mut self, key: &'a str, value: &(impl Serialize + ?Sized)) {
        // Texts, and JSON that was read before, can always be written.
        let Ok(json) = serde_json::value::to_raw_value(value) else {
            return;
        };
        let json = Cow::Owned(json);
        match self.0.iter_mut().find(|(own, _)| own == key) {
            Some((_, value)) => *value = json,
            None => self.0.push((Cow::Borrowed(key), json)),
        }
    }

    /// Replaces the values for which there is something else, as JSON text.
    pub(crate) fn map_values(&mut self, change: impl Fn(&str) -> Option<String>) {
        for (_, value) in &mut self.0 {
            if let Some(Ok(json)) = change(value.get()).map(RawValue::from_string) {
                *value = Cow::Owned(json);
            }
        }
    }

    /// Keeps the members that fit.
    pub(crate) fn retain(&mut self, mut fits: impl FnMut(&str, &str) -> bool) {
        self.0.retain(|(key, value)| fits(key, value.get()));
    }

    /// The message as JSON.
    pub fn to_json(&self) -> String {
        self.json_of(|_| true)
    }

    /// The members with these keys, as JSON.
    pub(crate) fn json_of(&self, is_in: impl Fn(&str) -> bool) -> String {
        let members = self.iter().filter(|(key, _)| is_in(key));
        let size: usize = self
            .iter()
            .map(|(key, json)| key.len() + json.len() + 4)
            .sum();
        let mut out = Vec::with_capacity(size + 2);
        out.push(b'{');
        for (key, json) in members {
            if out.len() > 1 {
                out.push(b',');
            }
            // A Vec takes all that is written, and text is text.
            let _ = serde_json::to_writer(&mut out, key);
            out.push(b':');
            out.extend_from_slice(json.as_bytes());
        }
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Tells whether objects and arrays are more than `limit` deep, in a loop: no depth exhausts the
/// stack. The text need not be valid.
fn is_deeper(json: &[u8], limit: usize) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Leaves what is empty out of an object, all the way down.
pub(crate) fn without_empty(json: &str) -> Option<String> {
    let members = Message::parse(json).ok()?;
    let mut kept = Message::default();
    for (key, value) in &members.0 {
        match value.get() {
            empty if is_empty(empty) => {}
            object if object.starts_with('{') => {
                let inside = RawValue::from_string(without_empty(object)?).ok()?;
                kept.0.push((Cow::Borrowed(key), Cow::Owned(inside)));
            }
            _ => kept.0.push((Cow::Borrowed(key), Cow::Borrowed(value))),
        }
    }
    Some(kept.to_json())
}

/// Whether a value counts as not given: null or an empty text.
pub(crate) fn is_empty(json: &str) -> bool {
    matches!(json, "null" | "\"\"")
}

/// Reads JSON that is text in UTF-8.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        // Half a surrogate pair is JSON, but no text.
        return serde_json::from_str(json).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}

impl<'de> Deserialize<'de> for Message<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Message<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Kazoo message, a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                #[derive(Deserialize)]
                struct Key<'k>(#[serde(borrow)] Cow<'k, str>);
                let mut members = Vec::with_capacity(32);
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    members.push((key, Cow::Borrowed(value)));
                }
                Ok(Message(members))
            }
        }
        reader.deserialize_map(Members)
    }
}

impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl fmt::Debug for Message<'_> {
    /// Shows the keys alone: values are people's numbers and names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(key, _)| key))
            .finish()
    }
}
