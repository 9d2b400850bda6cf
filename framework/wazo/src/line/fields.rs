//! The fields of a line, each read as what it should be.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;
use trunkline_core::{HeaderError, Headers};

use super::error::{LineError, LineProblem, WHOLE};
use crate::encode::header_value;
use crate::json::{self, MAX_DEPTH, NULL, Object, ObjectError};

/// A line read one level deep. Fields it does not ask for are not looked at.
#[derive(Default)]
pub(crate) struct Fields<'a>(Object<'a>);

impl<'a> Fields<'a> {
    pub(crate) fn of_line(line: &'a str) -> Result<Self, LineError> {
        match Object::parse(line) {
            Ok(object) => Ok(Self(object)),
            Err(ObjectError::NotAnObject) => Err(wrong_kind(WHOLE, line.trim(), "an object")),
            Err(error) => Err(LineError::in_object(WHOLE, error)),
        }
    }

    /// The JSON of a field; absent and null are the same.
    pub(crate) fn json(&self, field: &'static str) -> Option<&'a str> {
        self.0.get(field).filter(|json| *json != NULL)
    }

    pub(crate) fn text(&self, field: &'static str) -> Result<Option<String>, LineError> {
        let text = |json| read_text(field, json, "text or null").map(Cow::into_owned);
        self.json(field).map(text).transpose()
    }

    pub(crate) fn required_text(&self, field: &'static str) -> Result<String, LineError> {
        let json = self
            .json(field)
            .ok_or_else(|| LineError::new(field, LineProblem::Missing))?;
        read_text(field, json, "text").map(Cow::into_owned)
    }

    pub(super) fn texts(&self, field: &'static str) -> Result<Option<Vec<String>>, LineError> {
        let Some(json) = self.json(field) else {
            return Ok(None);
        };
        if !json.starts_with('[') {
            return Err(wrong_kind(field, json, "a list of texts"));
        }
        let items: Vec<&RawValue> = serde_json::from_str(json)
            .map_err(|error| LineError::new(field, LineProblem::NotJson(error)))?;
        let texts = items
            .into_iter()
            .map(|item| read_text(field, item.get(), "a list of texts"));
        texts
            .map(|text| text.map(Cow::into_owned))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The fields of a field.
    pub(crate) fn object(&self, field: &'static str) -> Result<Option<Self>, LineError> {
        let read = |json| object(field, Some(json)).map(Self);
        self.json(field).map(read).transpose()
    }

    /// A field as the JSON it is.
    pub(super) fn raw(&self, field: &'static str) -> Result<Option<Box<RawValue>>, LineError> {
        self.json(field).map(|json| raw(field, json)).transpose()
    }
}

pub(super) fn raw(
    field: &'static str,
    json: impl Into<String>,
) -> Result<Box<RawValue>, LineError> {
    let raw = RawValue::from_string(json.into());
    raw.map_err(|error| LineError::new(field, LineProblem::NotJson(error)))
}

/// Reads an object that every reader can read, all the way down; an empty one if there is none.
pub(super) fn object<'a>(
    field: &'static str,
    json: Option<&'a str>,
) -> Result<Object<'a>, LineError> {
    // One level is the body's own, around what is checked here.
    json.map_or_else(
        || Ok(Object::default()),
        |json| object_within(MAX_DEPTH - 1, field, json),
    )
}

/// Reads an object of so many levels.
pub(super) fn object_within<'a>(
    levels: usize,
    field: &'static str,
    json: &'a str,
) -> Result<Object<'a>, LineError> {
    if !json.starts_with('{') {
        return Err(wrong_kind(field, json, "an object"));
    }
    json::check(json, levels).map_err(|flaw| LineError::flawed(field, flaw))?;
    Object::parse(json).map_err(|error| LineError::in_object(field, error))
}

/// Reads an object's members as values, in order, each exactly what the text says.
pub(super) fn values(
    field: &'static str,
    json: Option<&str>,
) -> Result<Vec<(String, Value)>, LineError> {
    let members = object(field, json)?.into_members();
    let exact = |(name, json): (Cow<'_, str>, &str)| {
        let name = name.into_owned();
        match json::exact(json) {
            Some(value) => Ok((name, value)),
            None => Err(LineError::header(
                field,
                HeaderError::IntegerTooLarge { name },
            )),
        }
    };
    members.map(exact).collect()
}

/// Reads an object's members as headers, in order.
pub(super) fn headers(field: &'static str, json: Option<&str>) -> Result<Headers, LineError> {
    let mut headers = Headers::new();
    for (name, value) in values(field, json)? {
        header_value(&name, &value)
            .and_then(|value| headers.insert(&name, value))
            .map_err(|error| LineError::header(field, error))?;
    }
    Ok(headers)
}

fn read_text<'a>(
    field: &'static str,
    json: &'a str,
    wanted: &'static str,
) -> Result<Cow<'a, str>, LineError> {
    json::text(json).ok_or_else(|| wrong_kind(field, json, wanted))
}

fn wrong_kind(field: &'static str, json: &str, wanted: &'static str) -> LineError {
    let found = match json::kind(json) {
        "text" if wanted.contains("text") => "text with half a surrogate pair",
        found => found,
    };
    LineError::new(field, LineProblem::Kind { found, wanted })
}
