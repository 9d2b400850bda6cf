//! Filling in the templates of routing keys and access strings.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;
use serde_json::value::RawValue;
use trunkline_core::{Audience, EncodeError, EventView, Template, TemplatePart, TemplateVariable};

use super::headers::is_audience;
use super::{content_fault, too_deep};
use crate::json::{MAX_DEPTH, NULL, Object, is_deeper, text};
use crate::{names, python};

/// What an event's templates can name.
pub(super) struct Variables<'a> {
    pub(super) event: &'a EventView<'a>,
    /// The content as JSON, once a template has needed it.
    pub(super) written: OnceCell<Vec<u8>>,
}

/// A variable, or what lies inside one.
enum Found<'a> {
    Text(Cow<'a, str>),
    /// JSON of anything; of text too, inside a list or an object.
    Json(Cow<'a, str>),
}

impl<'a> Variables<'a> {
    pub(super) fn of(event: &'a EventView<'a>) -> Self {
        Self {
            event,
            written: OnceCell::new(),
        }
    }

    /// Fills a template in. `field` names it in errors.
    pub(super) fn render(
        &self,
        field: &'static str,
        template: &Template,
    ) -> Result<String, EncodeError> {
        let mut out = String::with_capacity(template.source().len() + 48);
        for part in template.parts() {
            match part {
                TemplatePart::Variable(variable) => {
                    let filled = self.fill(&mut out, variable)?;
                    filled.ok_or_else(|| self.missing(field, template, variable))?;
                }
                TemplatePart::Text(text) => out.push_str(text),
                other => return Err(self.unknown(other)),
            }
        }
        Ok(out)
    }

    /// A kind of part that came later than this dialect.
    fn unknown(&self, part: &TemplatePart) -> EncodeError {
        EncodeError::Dialect {
            event: self.event.name().to_owned(),
            dialect: crate::DIALECT,
            source: format!("its templates have no {part:?}").into(),
        }
    }

    fn missing(
        &self,
        field: &'static str,
        template: &Template,
        variable: &TemplateVariable,
    ) -> EncodeError {
        let mut named = variable.root().to_owned();
        variable
            .path()
            .for_each(|key| named.extend(["[", key, "]"]));
        EncodeError::MissingVariable {
            event: self.event.name().to_owned(),
            field,
            template: template.source().to_owned(),
            variable: named,
        }
    }

    /// Writes a variable's value; `None` if there is none.
    fn fill(
        &self,
        out: &mut String,
        variable: &TemplateVariable,
    ) -> Result<Option<()>, EncodeError> {
        let Some(found) = self.find(variable.root(), variable.is_nested())? else {
            return Ok(None);
        };
        // A text is escaped before it is looked into; what lies inside is not (wazo-bus,
        // `wazo_bus/resources/common/routing_key.py`).
        let inside = match found {
            Found::Text(text) if !variable.is_nested() => {
                push_escaped(out, &text);
                return Ok(Some(()));
            }
            Found::Text(text) => variable
                .path()
                .try_fold(Found::Text(escaped(&text).into()), look_into),
            json => variable.path().try_fold(json, look_into),
        };
        match inside {
            Some(Found::Text(text)) => {
                out.push_str(&text);
                Ok(Some(()))
            }
            // Printing goes as deep as the value does.
            Some(Found::Json(json)) if is_deeper(json.as_bytes(), MAX_DEPTH) => {
                Err(too_deep(self.event))
            }
            Some(Found::Json(json)) => Ok(python::write_str(out, &json)),
            None => Ok(None),
        }
    }

    /// Finds a variable: the name before the attributes, these before the content.
    fn find(&self, root: &str, nested: bool) -> Result<Option<Found<'_>>, EncodeError> {
        let event = self.event;
        if root == names::NAME {
            return Ok(Some(Found::Text(event.name().into())));
        }
        if is_audience(event, root) {
            return Ok(Some(self.audience(root)));
        }
        if event
            .definition
            .header_fields
            .iter()
            .any(|name| name == root)
            && let Some(value) = event.content.attribute(root)
        {
            let value = value.map_err(|source| content_fault(event, source))?;
            return Ok(Some(found(value)));
        }
        self.find_in_content(root, nested)
    }

    fn audience(&self, root: &str) -> Found<'_> {
        let tenant = self.event.audience.tenant();
        let value = match self.event.audience {
            Audience::User { user, .. } if root == names::USER => user.as_ref().map(AsRef::as_ref),
            _ => tenant.map(AsRef::as_ref),
        };
        value.map_or(Found::Json(NULL.into()), |text| Found::Text(text.into()))
    }

    fn find_in_content(&self, root: &str, nested: bool) -> Result<Option<Found<'_>>, EncodeError> {
        let value = match self.event.content.variable(root) {
            None => return Ok(None),
            Some(Ok(value)) if !nested && !value.is_array() && !value.is_object() => {
                return Ok(Some(found(value)));
            }
            Some(value) => value,
        };
        // The text keeps what a value loses: the order of members, integers beyond 64 bits.
        match self.find_in_text(root)? {
            Some(found) => Ok(Some(found)),
            None => match value {
                Ok(value) => Ok(Some(found(value))),
                Err(source) => Err(content_fault(self.event, source)),
            },
        }
    }

    fn find_in_text(&self, root: &str) -> Result<Option<Found<'_>>, EncodeError> {
        let malformed = |error| content_fault(self.event, serde::ser::Error::custom(error));
        let json = std::str::from_utf8(self.written()?).map_err(malformed)?;
        let value = Object::parse(json)
            .ok()
            .and_then(|content| content.get(root));
        Ok(value.map(|json| match text(json) {
            Some(text) => Found::Text(text),
            None => Found::Json(json.into()),
        }))
    }

    /// The content as JSON, written once.
    pub(super) fn written(&self) -> Result<&[u8], EncodeError> {
        if let Some(written) = self.written.get() {
            return Ok(written);
        }
        let mut json = Vec::with_capacity(512);
        let written = self.event.content.write_json(&mut json);
        written.map_err(|source| content_fault(self.event, source))?;
        Ok(self.written.get_or_init(|| json))
    }
}

fn found(value: Value) -> Found<'static> {
    match value {
        Value::String(text) => Found::Text(text.into()),
        other => Found::Json(other.to_string().into()),
    }
}

/// Goes one `[key]` inwards, as Python's format strings do: a key of digits alone is a number,
/// which an object does not have and a list or a text counts by.
fn look_into<'a>(outer: Found<'a>, key: &str) -> Option<Found<'a>> {
    let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
    let json = match outer {
        Found::Text(text) if is_number => return nth_char(&text, key),
        Found::Text(_) => return None,
        Found::Json(json) => json,
    };
    match json.as_bytes().first()? {
        b'{' if !is_number => {
            let inner = Object::parse(&json).ok()?.get(key)?;
            Some(Found::Json(inner.to_owned().into()))
        }
        b'[' if is_number => {
            let items: Vec<&RawValue> = serde_json::from_str(&json).ok()?;
            let item = items.get(key.parse::<usize>().ok()?)?;
            Some(Found::Json(item.get().to_owned().into()))
        }
        b'"' if is_number => nth_char(&text(&json)?, key),
        _ => None,
    }
}

fn nth_char(text: &str, key: &str) -> Option<Found<'static>> {
    let c = text.chars().nth(key.parse().ok()?)?;
    Some(Found::Text(c.to_string().into()))
}

/// Appends text with `.`, `#` and `*` escaped. Not reversible, as text may hold the escapes.
fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|byte| matches!(byte, b'.' | b'#' | b'*'))
    {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'.' => "__DOT__",
            b'#' => "__HASH__",
            _ => "__STAR__",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}
