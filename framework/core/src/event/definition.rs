//! What is known of an event before there is one.

use std::borrow::Cow;
use std::fmt;

use crate::template::Template;

/// Whom events of a type are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// Services alone.
    Service,
    /// Everyone in one tenant.
    Tenant,
    /// One user of one tenant.
    User,
    /// Several users of one tenant.
    MultiUser,
}

impl Level {
    /// Every level there is.
    pub const ALL: [Self; 4] = [Self::Service, Self::Tenant, Self::User, Self::MultiUser];

    /// Reads a level's word; `None` if there is no such level.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// The level's word, as used on the command line and in recorded events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::MultiUser => "multi_user",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Name, level and templates of an event type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventDefinition {
    /// The name on the wire.
    pub name: Cow<'static, str>,
    /// The service that publishes it; empty when it does not matter.
    pub service: Cow<'static, str>,
    /// Whom it is for.
    pub level: Level,
    /// Template of the routing key.
    pub routing_key: Template,
    /// Template of the access string; `None` derives it from the routing key.
    pub required_acl: Option<Template>,
    /// Fields that also travel as headers.
    pub header_fields: Cow<'static, [Cow<'static, str>]>,
    /// Older names of the same event, which handlers of this type also receive.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
}

impl EventDefinition {
    /// Defines an event whose name is known at run time.
    pub fn new(name: impl Into<Cow<'static, str>>, level: Level, routing_key: Template) -> Self {
        Self {
            name: name.into(),
            service: Cow::Borrowed(""),
            level,
            routing_key,
            required_acl: None,
            header_fields: Cow::Borrowed(&[]),
            aliases: Cow::Borrowed(&[]),
        }
    }

    /// Defines an event in a `static`; written by the derive macros.
    #[doc(hidden)]
    pub const fn from_static(
        name: &'static str,
        service: &'static str,
        level: Level,
        routing_key: Template,
        required_acl: Option<Template>,
        [header_fields, aliases]: [&'static [Cow<'static, str>]; 2],
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            service: Cow::Borrowed(service),
            level,
            routing_key,
            required_acl,
            header_fields: Cow::Borrowed(header_fields),
            aliases: Cow::Borrowed(aliases),
        }
    }
}
