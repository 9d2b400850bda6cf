//! What dialects without a manner of their own write: the content as it is, and keys that can be
//! read back.

use std::fmt::Write;

use serde_json::Value as Json;

use super::EncodeError;
use crate::event::EventView;
use crate::keys::{RoutingKey, escape_segment};
use crate::template::{Template, TemplatePart, TemplateVariable};

impl EventView<'_> {
    /// Writes the content over the publisher's initial data, as one JSON object.
    ///
    /// # Errors
    /// [`EncodeError::Content`] when the content cannot be serialised, and
    /// [`EncodeError::NotAnObject`] when it is no object.
    pub fn write_data(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let content = |source| EncodeError::Content {
            event: self.name().into(),
            source,
        };
        let start = out.len();
        self.content.write_json(out).map_err(content)?;
        if out.get(start) != Some(&b'{') {
            return Err(EncodeError::NotAnObject {
                event: self.name().into(),
            });
        }
        let Some(initial) = &self.extras.initial_data else {
            return Ok(());
        };
        let mut merged = initial.clone();
        let own: serde_json::Map<String, Json> =
            serde_json::from_slice(&out[start..]).map_err(content)?;
        merged.extend(own);
        out.truncate(start);
        serde_json::to_writer(out, &merged).map_err(content)
    }

    /// The publisher's own routing key, else the event's, each value in it
    /// [escaped](escape_segment) so that it can be read back.
    ///
    /// # Errors
    /// [`EncodeError::MissingVariable`] when the template names what the event does not have, and
    /// [`EncodeError::RoutingKey`] when what comes out is no key.
    pub fn readable_key(&self) -> Result<RoutingKey, EncodeError> {
        let key = match self.extras.routing_key.as_deref() {
            Some(key) if !key.is_empty() => key.to_owned(),
            _ => render(self, &self.definition.routing_key)?,
        };
        RoutingKey::new(key.as_str()).map_err(|source| EncodeError::RoutingKey {
            event: self.name().into(),
            key,
            source,
        })
    }
}

fn render(event: &EventView<'_>, template: &Template) -> Result<String, EncodeError> {
    let mut out = String::with_capacity(64);
    for part in template.parts() {
        match part {
            TemplatePart::Text(text) => out.push_str(text),
            TemplatePart::Variable(variable) => {
                let value =
                    look_up(event, variable).ok_or_else(|| EncodeError::MissingVariable {
                        event: event.name().into(),
                        field: "routing_key",
                        template: template.source().into(),
                        variable: variable.root().into(),
                    })?;
                let written = match value {
                    Json::String(text) => out.write_str(&escape_segment(&text)),
                    // Digits and a sign: nothing to escape.
                    Json::Number(number) if !number.is_f64() => write!(out, "{number}"),
                    other => out.write_str(&escape_segment(&other.to_string())),
                };
                debug_assert!(written.is_ok(), "a string takes all that is written");
            }
        }
    }
    Ok(out)
}

fn look_up(event: &EventView<'_>, variable: &TemplateVariable) -> Option<Json> {
    let root = match variable.root() {
        "name" => Json::from(event.name()),
        "tenant_uuid" => Json::from(event.audience.tenant()?.as_str()),
        "user_uuid" => match event.audience.named_users() {
            [only] => Json::from(only.as_str()),
            _ => return None,
        },
        root => event
            .content
            .attribute(root)
            .or_else(|| event.content.variable(root))?
            .ok()?,
    };
    variable.path().try_fold(root, |value, key| match value {
        Json::Object(mut map) => map.remove(key),
        Json::Array(mut items) => {
            let at: usize = key.parse().ok()?;
            (at < items.len()).then(|| items.swap_remove(at))
        }
        _ => None,
    })
}
