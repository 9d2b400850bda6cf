//! Attributes: what an event says about itself.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::error::CloudEventsError;

pub(crate) const SPECVERSION: &str = "specversion";
pub(crate) const ID: &str = "id";
pub(crate) const SOURCE: &str = "source";
pub(crate) const TYPE: &str = "type";
pub(crate) const TIME: &str = "time";
pub(crate) const DATA_CONTENT_TYPE: &str = "datacontenttype";
pub(crate) const SUBJECT: &str = "subject";
pub(crate) const DATA: &str = "data";
pub(crate) const AUDIENCE: &str = "audience";
pub(crate) const TENANT: &str = "tenant";
pub(crate) const USER: &str = "user";
pub(crate) const USERS: &str = "users";

/// The version of the specification that is spoken.
pub(crate) const VERSION: &str = "1.0";

/// What an event's own fields may not be called.
const TAKEN: [&str; 11] = [
    SPECVERSION,
    ID,
    SOURCE,
    TYPE,
    TIME,
    DATA_CONTENT_TYPE,
    DATA,
    AUDIENCE,
    TENANT,
    USER,
    USERS,
];

/// Whether an attribute may be called this (CloudEvents §3.1).
pub(crate) fn is_name(name: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !name.is_empty() && name != DATA && name.bytes().all(is_fit)
}

/// The attribute that a field of an event is: attributes have fewer letters than fields.
pub(crate) fn of_field(field: &str) -> Result<Cow<'_, str>, CloudEventsError> {
    let attribute = match is_name(field) {
        true => Cow::Borrowed(field),
        false => {
            let fit = field.chars().filter(char::is_ascii_alphanumeric);
            Cow::Owned(fit.map(|letter| letter.to_ascii_lowercase()).collect())
        }
    };
    if attribute.is_empty() {
        let name = field.to_owned();
        return Err(CloudEventsError::AttributeName { name });
    }
    if TAKEN.contains(&&*attribute) {
        return Err(CloudEventsError::Taken {
            field: field.to_owned(),
            attribute: attribute.into_owned(),
        });
    }
    Ok(attribute)
}

/// The value of an attribute that is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'e> {
    Text(Cow<'e, str>),
    /// CloudEvents' integers have 32 bits (§3.2); greater ones are text.
    Integer(i32),
    Boolean(bool),
}

impl<'e> Value<'e> {
    /// The value of a field; `None` for null, which is no attribute.
    pub(crate) fn of(name: &str, json: Json) -> Result<Option<Self>, CloudEventsError> {
        let refuse = |found| {
            let name = name.to_owned();
            Err(CloudEventsError::AttributeValue { name, found })
        };
        Ok(Some(match json {
            Json::Null => return Ok(None),
            Json::Bool(value) => Self::Boolean(value),
            Json::Number(number) => {
                let small = number.as_i64().and_then(|value| value.try_into().ok());
                small.map_or_else(|| Self::Text(number.to_string().into()), Self::Integer)
            }
            Json::String(text) if text.contains(is_forbidden) => {
                return refuse("text with control characters");
            }
            Json::String(text) => Self::Text(text.into()),
            Json::Array(_) => return refuse("a list"),
            Json::Object(_) => return refuse("an object"),
        }))
    }

    /// As text, in the canonical form (§3.2), which both bindings take for each type.
    pub(crate) fn canonical(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
        }
    }
}

/// What no text of an attribute may hold (§3.2).
pub(crate) fn is_forbidden(letter: char) -> bool {
    let code = u32::from(letter);
    letter.is_control() || (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => out.serialize_str(text),
            Self::Integer(value) => out.serialize_i32(*value),
            Self::Boolean(value) => out.serialize_bool(*value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_attributes_without_what_attributes_cannot_have() {
        for (field, attribute) in [
            ("subject", "subject"),
            ("call_id", "callid"),
            ("CallID2", "callid2"),
        ] {
            assert_eq!(of_field(field).ok().as_deref(), Some(attribute));
        }
        for field in ["", "_", "\u{e9}", "id", "ID", "data", "tenant", "u_s_er"] {
            assert!(of_field(field).is_err(), "{field}");
        }
    }
}
