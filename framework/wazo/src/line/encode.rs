//! Writing a described event.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use serde_json::value::RawValue;
use trunkline_core::{
    Audience, Content, EncodeError, EventDefinition, EventView, Level, Outgoing, PublishExtras,
    Template, TenantId, UserId,
};

use super::error::{LineError, LineProblem};
use super::fields::{headers, object, values};
use super::{Description, WireLine};
use crate::encode::{self, REQUIRED_ACL, overlay};
use crate::json::{self, Object};
use crate::names;
use crate::time::LocalTime;

impl Description {
    /// Writes the event.
    ///
    /// # Errors
    /// [`LineError`] naming the field: a template that is malformed or names what the event does
    /// not have, a tenant or users missing, a key over 255 bytes, content that is no object, a
    /// value no header can carry.
    pub fn encode(&self) -> Result<WireLine, LineError> {
        let event = Described::of(self)?;
        let mut extras = PublishExtras::default();
        extras.headers = headers("extra_headers", text(&self.extra_headers))?;
        extras.routing_key = self.routing_key_override.clone();
        let now = match &self.now {
            Some(now) => now
                .parse()
                .map_err(|e| LineError::new("now", LineProblem::Time(e)))?,
            None => LocalTime::now(),
        };
        let view = EventView::new(&event, &extras);
        encode::encode(&view, self.service_uuid.as_deref(), &now)
            .map_err(|error| self.refused(error))
            .and_then(WireLine::new)
    }

    fn audience(&self) -> Result<Audience, LineError> {
        let missing = |field| LineError::new(field, LineProblem::Missing);
        if self.level == Level::Service {
            return Ok(Audience::Service);
        }
        let tenant = self
            .tenant_uuid
            .as_deref()
            .ok_or_else(|| missing("tenant_uuid"))?;
        let tenant = TenantId::from(tenant);
        Ok(match self.level {
            Level::User => Audience::User {
                tenant,
                user: self.user_uuid.as_deref().map(UserId::from),
            },
            Level::MultiUser => {
                let users = self
                    .user_uuids
                    .as_ref()
                    .ok_or_else(|| missing("user_uuids"))?;
                let mut seen = HashSet::new();
                let once = users.iter().filter(|user| seen.insert(*user));
                Audience::Users {
                    tenant,
                    users: once.map(|user| user.as_str().into()).collect(),
                }
            }
            Level::Tenant => Audience::Tenant(tenant),
            // A level that came later, which no line can name.
            _ => return Err(missing("level")),
        })
    }

    /// Names the field that an event's refusal comes from.
    fn refused(&self, error: EncodeError) -> LineError {
        let has_override = self
            .routing_key_override
            .as_deref()
            .is_some_and(|key| !key.is_empty());
        let field = match &error {
            EncodeError::MissingVariable {
                field: REQUIRED_ACL,
                ..
            } => "required_acl_fmt",
            EncodeError::MissingVariable { .. } => "routing_key_fmt",
            EncodeError::RoutingKey { .. } if has_override => "routing_key_override",
            EncodeError::RoutingKey { .. } => "routing_key_fmt",
            EncodeError::Header { header, .. } => self.field_of_header(header),
            EncodeError::MissingAudience { .. } => "tenant_uuid",
            _ => "content",
        };
        let problem = match error {
            EncodeError::RoutingKey { source, .. } => LineProblem::RoutingKey(source),
            EncodeError::Header { source, .. } => LineProblem::Header(source),
            error => LineProblem::Encode(error),
        };
        LineError::new(field, problem)
    }

    fn field_of_header(&self, header: &str) -> &'static str {
        match header {
            names::NAME | names::REQUIRED_ACCESS => "name",
            names::TENANT => "tenant_uuid",
            names::ORIGIN => "service_uuid",
            names::REQUIRED_ACL => "required_acl_fmt",
            _ if header.starts_with(names::USER_PREFIX) => match self.level {
                Level::User => "user_uuid",
                _ => "user_uuids",
            },
            _ => "extra_vars",
        }
    }
}

/// A described event, as the dialect takes it.
struct Described<'a> {
    definition: EventDefinition,
    audience: Audience,
    content: Object<'a>,
    /// Content over initial data, as JSON.
    data: Vec<u8>,
    attributes: HashMap<String, Value>,
}

impl<'a> Described<'a> {
    fn of(event: &'a Description) -> Result<Self, LineError> {
        let parse = |field, template: &str| {
            Template::parse(template.to_owned())
                .map_err(|error| LineError::new(field, LineProblem::Template(error)))
        };
        let routing_key = parse("routing_key_fmt", &event.routing_key_fmt)?;
        let mut definition = EventDefinition::new(event.name.clone(), event.level, routing_key);
        if let Some(template) = &event.required_acl_fmt {
            definition.required_acl = Some(parse("required_acl_fmt", template)?);
        }
        let attributes = values("extra_vars", text(&event.extra_vars))?;
        definition.header_fields = attributes
            .iter()
            .map(|(name, _)| name.clone().into())
            .collect();
        let content = object("content", text(&event.content))?;
        let initial = object("initial_data", text(&event.initial_data))?;
        let mut data = Vec::new();
        match text(&event.content) {
            Some(content) if event.initial_data.is_none() => {
                data.extend_from_slice(content.as_bytes())
            }
            _ => overlay(&mut data, &initial, &content),
        }
        Ok(Self {
            definition,
            audience: event.audience()?,
            content,
            data,
            attributes: attributes.into_iter().collect(),
        })
    }
}

impl Outgoing for Described<'_> {
    fn event_definition(&self) -> &EventDefinition {
        &self.definition
    }
    fn audience(&self) -> &Audience {
        &self.audience
    }
    fn content(&self) -> &dyn Content {
        self
    }
}

impl Content for Described<'_> {
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.extend_from_slice(&self.data);
        Ok(())
    }

    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>> {
        let json = self.content.get(name)?;
        // A list or an object is read as text in any case, for the order of its members.
        let value = if json.starts_with(['[', '{']) {
            None
        } else {
            json::exact(json)
        };
        Some(value.ok_or_else(|| serde::ser::Error::custom("no value holds it exactly")))
    }

    fn attribute(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.attributes.get(name).cloned().map(Ok)
    }
}

fn text(json: &Option<Box<RawValue>>) -> Option<&str> {
    json.as_deref().map(RawValue::get)
}
