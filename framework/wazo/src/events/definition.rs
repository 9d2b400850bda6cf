//! Definitions made at first use, from what the generated code says.

use std::borrow::Cow;
use std::sync::OnceLock;

use trunkline_core::{EventDefinition, Level, Template};

/// What is known of an event, as the generated code says it.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) name: &'static str,
    pub(super) service: &'static str,
    pub(super) level: Level,
    pub(super) routing_key: &'static str,
    pub(super) required_acl: Option<&'static str>,
    pub(super) headers: &'static [&'static str],
    pub(super) aliases: &'static [&'static str],
}

/// A definition, made when it is first asked for: three hundred of them are little code and no work
/// for those that are not.
#[derive(Debug)]
pub(super) struct Definition {
    said: Said,
    made: OnceLock<EventDefinition>,
}

impl Definition {
    pub(super) const fn new(said: Said) -> Self {
        Self {
            said,
            made: OnceLock::new(),
        }
    }

    pub(super) fn get(&'static self) -> &'static EventDefinition {
        self.made.get_or_init(|| self.said.define())
    }
}

impl Said {
    pub(super) fn define(&self) -> EventDefinition {
        let mut definition =
            EventDefinition::new(self.name, self.level, template(self.routing_key));
        definition.service = Cow::Borrowed(self.service);
        definition.required_acl = self.required_acl.map(template);
        definition.header_fields = texts(self.headers);
        definition.aliases = texts(self.aliases);
        definition
    }
}

fn texts(texts: &'static [&'static str]) -> Cow<'static, [Cow<'static, str>]> {
    texts.iter().map(|text| Cow::Borrowed(*text)).collect()
}

fn template(source: &'static str) -> Template {
    Template::parse(source).expect("generated templates are checked by a test")
}
