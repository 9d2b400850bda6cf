//! Events whose name is only known at run time.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Audience, Content, EventDefinition, Outgoing, TenantId, UserId};
use crate::template::{Template, TemplateError};

/// An event put together at run time, under the same rules as a typed one.
///
/// For events whose name a program cannot know in advance: those of an Asterisk manager
/// interface, of plugins, of the command line.
///
/// # Examples
/// ```
/// use trunkline_core::DynamicEvent;
/// use serde_json::json;
///
/// let event = DynamicEvent::tenant("queue_member_paused", "ami.{name}", "tenant-1")?
///     .with_required_acl("events.ami.{name}")?
///     .with_content(&json!({"queue": "support", "reason": "lunch"}))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicEvent {
    definition: EventDefinition,
    audience: Audience,
    content: Map<String, Value>,
    attributes: Map<String, Value>,
}

impl DynamicEvent {
    /// An event for any audience.
    ///
    /// # Errors
    /// [`TemplateError`] if `routing_key` is not a template.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        routing_key: impl Into<Cow<'static, str>>,
        audience: Audience,
    ) -> Result<Self, TemplateError> {
        let routing_key = Template::parse(routing_key)?;
        let definition = EventDefinition::new(name, audience.level(), routing_key);
        Ok(Self {
            definition,
            audience,
            content: Map::new(),
            attributes: Map::new(),
        })
    }

    /// An event for services alone.
    ///
    /// # Errors
    /// [`TemplateError`] if `routing_key` is not a template.
    pub fn service(
        name: impl Into<Cow<'static, str>>,
        routing_key: impl Into<Cow<'static, str>>,
    ) -> Result<Self, TemplateError> {
        Self::new(name, routing_key, Audience::Service)
    }

    /// An event for everyone in a tenant.
    ///
    /// # Errors
    /// [`TemplateError`] if `routing_key` is not a template.
    pub fn tenant(
        name: impl Into<Cow<'static, str>>,
        routing_key: impl Into<Cow<'static, str>>,
        tenant: impl Into<TenantId>,
    ) -> Result<Self, TemplateError> {
        Self::new(name, routing_key, Audience::Tenant(tenant.into()))
    }

    /// An event for one user of a tenant.
    ///
    /// # Errors
    /// [`TemplateError`] if `routing_key` is not a template.
    pub fn user(
        name: impl Into<Cow<'static, str>>,
        routing_key: impl Into<Cow<'static, str>>,
        tenant: impl Into<TenantId>,
        user: impl Into<UserId>,
    ) -> Result<Self, TemplateError> {
        let audience = Audience::User {
            tenant: tenant.into(),
            user: Some(user.into()),
        };
        Self::new(name, routing_key, audience)
    }

    /// Sets the template of the access string.
    ///
    /// # Errors
    /// [`TemplateError`] if it is not a template.
    pub fn with_required_acl(
        mut self,
        template: impl Into<Cow<'static, str>>,
    ) -> Result<Self, TemplateError> {
        self.definition.required_acl = Some(Template::parse(template)?);
        Ok(self)
    }

    /// Sets what the event says.
    ///
    /// # Errors
    /// [`ContentError`] unless the content serialises to a JSON object.
    pub fn with_content(mut self, content: &impl Serialize) -> Result<Self, ContentError> {
        match serde_json::to_value(content) {
            Ok(Value::Object(content)) => self.content = content,
            Ok(_) => return Err(ContentError::NotAnObject),
            Err(source) => {
                return Err(ContentError::Json(source));
            }
        }
        Ok(self)
    }

    /// Adds an attribute: a variable for the templates that also travels as a header.
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if self.attributes.insert(name.clone(), value.into()).is_none() {
            self.definition
                .header_fields
                .to_mut()
                .push(Cow::Owned(name));
        }
        self
    }

    /// Whom the event is for.
    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    /// What the event says.
    pub fn content(&self) -> &Map<String, Value> {
        &self.content
    }
}

impl Outgoing for DynamicEvent {
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

impl Content for DynamicEvent {
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(out, &self.content)
    }

    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.content.get(name).cloned().map(Ok)
    }

    fn attribute(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.attributes.get(name).cloned().map(Ok)
    }
}

/// Why something cannot be what an event says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It serialises to something other than a JSON object.
    #[error("the content is not a JSON object; wrap it in a struct or a map")]
    NotAnObject,
    /// It cannot be serialised.
    #[error("the content cannot be written as JSON")]
    Json(#[source] serde_json::Error),
}
