//! Events whose names are only known at run time.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trunkline_core::{
    Audience, Binding, Content, Context, EventDefinition, EventName, FromContext, HandlerError,
    Outgoing, Template,
};

use super::definition::Said;

/// What all events of an open name have in common; implemented by their contents.
pub trait OpenName: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What stands before the open part of the name, and after it.
    const AROUND: (&'static str, &'static str);
    #[doc(hidden)]
    fn said() -> &'static SaidOpen;
    #[doc(hidden)]
    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>>;
}

#[doc(hidden)]
#[derive(Debug)]
pub struct SaidOpen {
    /// What is known but for the name.
    pub(super) said: Said,
    /// The header that holds the open part.
    pub(super) header: Option<&'static str>,
}

/// An event of which a part of the name is open: those of Asterisk's AMI, and those of a user's
/// forwards and services.
///
/// # Examples
/// ```
/// # #[cfg(feature = "amid")] {
/// use trunkline_core::{Audience, Outgoing};
/// use trunkline_wazo::events::{NamedEvent, amid::AmiEvent};
///
/// let mut fields = AmiEvent::default();
/// fields.rest.insert("Queue", "support");
/// let event = NamedEvent::new("QueueMemberStatus", Audience::Service, fields);
/// assert_eq!(event.event_definition().name, "QueueMemberStatus");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct NamedEvent<C> {
    part: String,
    content: C,
    audience: Audience,
    definition: EventDefinition,
}

impl<C: OpenName> NamedEvent<C> {
    /// An event whose name's open part is this.
    pub fn new(part: impl Into<String>, audience: Audience, content: C) -> Self {
        let part = part.into();
        let SaidOpen { said, header } = C::said();
        let mut definition = said.define();
        let (before, after) = C::AROUND;
        definition.name = [before, &part, after].concat().into();
        definition.header_fields = header.iter().map(|header| (*header).into()).collect();
        Self {
            part,
            content,
            audience,
            definition,
        }
    }

    /// The open part of the name.
    pub fn part(&self) -> &str {
        &self.part
    }

    /// What the event says.
    pub fn content(&self) -> &C {
        &self.content
    }

    /// Whom it is for.
    pub fn audience(&self) -> &Audience {
        &self.audience
    }

    /// The binding that brings all of them, for handlers that take a `NamedEvent`.
    pub fn binding() -> Binding {
        let (before, after) = C::AROUND;
        let mut binding = Binding::builder();
        if before.is_empty() && after.is_empty() {
            // Nothing in such a name tells them from others; the key does.
            binding = binding.key(wildcards(&C::said().said.define().routing_key));
        } else {
            binding = binding.name(format!("{before}*{after}"));
        }
        binding.build().unwrap_or_else(|_| Binding::everything())
    }
}

/// The pattern of all keys that a template makes.
fn wildcards(template: &Template) -> String {
    let parts = template.parts().iter().map(|part| match part {
        trunkline_core::TemplatePart::Text(text) => text.as_ref(),
        // A value with a dot in it is several words.
        _ => "#",
    });
    parts.collect()
}

impl<C: OpenName> Outgoing for NamedEvent<C> {
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

impl<C: OpenName> Content for NamedEvent<C> {
    fn write_json(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(out, &self.content)
    }

    fn variable(&self, name: &str) -> Option<serde_json::Result<Value>> {
        self.content.variable(name)
    }

    fn attribute(&self, name: &str) -> Option<serde_json::Result<Value>> {
        if C::said().header == Some(name) {
            return Some(Ok(Value::from(self.part.as_str())));
        }
        self.content.variable(name)
    }
}

impl<C: OpenName> FromContext for NamedEvent<C> {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        let EventName(name) = EventName::from_context(context)?;
        let (before, after) = C::AROUND;
        let part = name
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        let part = part.ok_or_else(|| {
            HandlerError::undecodable(format!(
                "`{name}` is not `{before}…{after}`; bind the handler with `NamedEvent::binding`"
            ))
        })?;
        let data = context.bus().dialect().data(context.envelope());
        let data = data.map_err(HandlerError::undecodable)?;
        let content = serde_json::from_str(&data).map_err(HandlerError::undecodable)?;
        let audience = Audience::from_context(context)?;
        Ok(Self::new(part, audience, content))
    }
}

/// Defines the content of events of an open name.
macro_rules! open_name {
    (
        $(#[$doc:meta])*
        $content_type:ident($variant:ident) = ($before:literal, $after:literal) by $service:literal,
        $key:literal, $acl:expr, $header:expr;
        [$content:literal, $omits:literal] { $($fields:tt)* }
    ) => {
        $crate::events::record::record! {
            $(#[$doc])*
            $content_type [$content, $omits] { $($fields)* }
        }

        impl $crate::events::named::OpenName for $content_type {
            const AROUND: (&'static str, &'static str) = ($before, $after);

            fn said() -> &'static $crate::events::named::SaidOpen {
                static SAID: $crate::events::named::SaidOpen = $crate::events::named::SaidOpen {
                    said: $crate::events::definition::Said {
                        name: "",
                        service: $service,
                        level: trunkline_core::Level::$variant,
                        routing_key: $key,
                        required_acl: $acl,
                        headers: &[],
                        aliases: &[],
                    },
                    header: $header,
                };
                &SAID
            }

            fn variable(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
                $crate::events::record::field(self, name)
            }
        }
    };
}
pub(in crate::events) use open_name;
