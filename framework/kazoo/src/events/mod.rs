//! Typed events: the call events of Kazoo's vocabulary, and those of its other families.
//!
//! Each is the message itself, so that nothing is lost in a round trip and a value keeps the JSON
//! kind it came with; readers beside it are lenient where publishers differ: a number may have come
//! as text, a truth as `"true"`. What has no reader of its own is had by
//! [`get`](Fields::get).
//!
//! Events of calls are open-ended: a name that has no type here is a
//! [`DynamicEvent`](trunkline_core::DynamicEvent), and is handled by name.

mod calls;
mod fields;
mod others;

pub use calls::*;
pub use fields::Fields;
pub use others::*;

/// What is known of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownEvent {
    /// Its name.
    pub name: &'static str,
    /// The family it is of.
    pub family: crate::Family,
    /// What its routing keys are like.
    pub routing_key: &'static str,
    /// What happened.
    pub description: &'static str,
    /// Keys of its own, each with the kind its reader gives: `text`, `number`, `seconds`, `object`,
    /// `list`.
    pub fields: &'static [(&'static str, &'static str)],
}

/// The events that have types here.
pub fn known_events() -> impl Iterator<Item = &'static KnownEvent> {
    [
        calls::CALLS,
        others::CONFERENCE,
        others::FAX,
        others::CONFIGURATION,
        others::PRESENCE,
    ]
    .into_iter()
    .flatten()
}

/// Defines events, each the fields of a message with readers of its own.
macro_rules! events {
    ($known:ident, $family:ident, $category:literal; $(
        $(#[doc = $doc:expr])*
        $event:ident = $name:literal, $key:literal {
            $( $(#[$reader_doc:meta])* $reader:ident: $kind:ident $field:literal ),* $(,)?
        }
    )*) => {
        pub(super) static $known: &[$crate::events::KnownEvent] = &[$($crate::events::KnownEvent {
            name: $name,
            family: $crate::Family::$family,
            routing_key: $key,
            description: concat!($($doc),*),
            fields: &[$(($field, stringify!($kind))),*],
        }),*];

        $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $event($crate::events::Fields);

        impl $event {
            $(
                $(#[$reader_doc])*
                pub fn $reader(&self) -> $crate::events::fields::read!(type $kind) {
                    self.0.$kind($field)
                }
            )*

            /// Sets a key of the message.
            #[must_use]
            pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
                self.0.set(key, value);
                self
            }
        }

        impl std::ops::Deref for $event {
            type Target = $crate::events::Fields;
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl From<$crate::events::Fields> for $event {
            fn from(fields: $crate::events::Fields) -> Self {
                Self(fields)
            }
        }

        impl trunkline_core::Event for $event {
            const NAME: &'static str = $name;

            fn definition() -> &'static trunkline_core::EventDefinition {
                static DEFINITION: std::sync::LazyLock<trunkline_core::EventDefinition> =
                    std::sync::LazyLock::new(|| $crate::events::define($name, $category, $key));
                &DEFINITION
            }

            fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
                self.0.get(name).cloned().map(Ok)
            }
        }

        impl trunkline_core::TenantEvent for $event {}
        )*
    };
}
pub(crate) use events;

fn define(
    name: &'static str,
    family: &'static str,
    key: &'static str,
) -> trunkline_core::EventDefinition {
    let key = trunkline_core::Template::parse(key).expect("the keys written here are templates");
    let mut definition =
        trunkline_core::EventDefinition::new(name, trunkline_core::Level::Tenant, key);
    definition.service = family.into();
    definition
}
