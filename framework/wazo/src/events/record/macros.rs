//! What generated code is written in.

/// Defines an object inside events.
macro_rules! record {
    ( $(#[$doc:meta])* $record:ident $($fields:tt)* ) => {
        $crate::events::record::fields! { $(#[$doc])* $record $($fields)* }

        impl $crate::events::record::Typed for $record {
            fn fits(value: &serde_json::Value) -> bool {
                value.is_object()
            }
            fn take(value: serde_json::Value) -> Result<Self, serde_json::Value> {
                $crate::events::record::take_record(value)
            }
            fn slot(&self) -> $crate::events::record::Slot<'_> {
                $crate::events::record::Slot::Record(self)
            }
        }
    };
}

/// Defines what events and the objects inside them are: `$at` is each field's place among the keys,
/// `$content` how many are the content's, `$omits` a bit for each field that is left out while it is
/// `None`.
macro_rules! fields {
    (
        $(#[$doc:meta])*
        $record:ident [$content:literal, $omits:literal] $([$($constants:tt)*])? {
            $( $(#[$field_doc:meta])* $at:literal $field:ident $key:literal: $type:ty, )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $record {
            $( $(#[$field_doc])* pub $field: Option<$type>, )*
            /// What the other fields do not hold.
            pub rest: $crate::events::Rest,
        }

        #[allow(deprecated)]
        const _: () = {
            use $crate::events::record::{self, Record, Slot};
            use serde_json::Value;

            static KEYS: &[&str] = &[$($key),*];

            impl Default for $record {
                fn default() -> Self {
                    Self {
                        $( $field: None, )*
                        rest: $crate::events::Rest::omitting($omits),
                    }
                }
            }

            impl Record for $record {
                fn type_name(&self) -> &'static str {
                    stringify!($record)
                }
                fn keys(&self) -> &'static [&'static str] {
                    KEYS
                }
                fn content(&self) -> usize {
                    $content
                }
                $( fn constants(&self) -> &'static [(&'static str, &'static str)] {
                    &[$($constants)*]
                } )?
                fn slot(&self, at: usize) -> Slot<'_> {
                    match at {
                        $( $at => record::Fill::slot(&self.$field), )*
                        _ => Slot::Null,
                    }
                }
                fn fill(&mut self, at: usize, value: Value) -> Result<(), Value> {
                    match at {
                        $( $at => record::Fill::fill(&mut self.$field, value), )*
                        _ => Err(value),
                    }
                }
                fn rest(&self) -> &$crate::events::Rest {
                    &self.rest
                }
                fn rest_mut(&mut self) -> &mut $crate::events::Rest {
                    &mut self.rest
                }
            }

            impl PartialEq for $record {
                fn eq(&self, other: &Self) -> bool {
                    record::is_equal(self, other)
                }
            }

            impl std::fmt::Debug for $record {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    record::debug(self, f)
                }
            }

            impl serde::Serialize for $record {
                fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                    record::write(self, out)
                }
            }

            impl<'de> serde::Deserialize<'de> for $record {
                fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                    let mut read = Self::default();
                    record::read(&mut read, from)?;
                    Ok(read)
                }
            }
        };
    };
}

/// Defines an event: a record, its level, and what is known of it.
macro_rules! event {
    (
        $(#[$doc:meta])*
        $event:ident: $level:ident($variant:ident) = $name:literal by $service:literal,
        $key:literal, $acl:expr, [$($header:literal),*], [$($alias:literal),*];
        [$content:literal, $omits:literal] $([$($constants:tt)*])? { $($fields:tt)* }
    ) => {
        $crate::events::record::fields! {
            $(#[$doc])*
            $event [$content, $omits] $([$($constants)*])? { $($fields)* }
        }

        #[allow(deprecated)]
        impl trunkline_core::Event for $event {
            const NAME: &'static str = $name;

            fn definition() -> &'static trunkline_core::EventDefinition {
                static DEFINITION: $crate::events::definition::Definition =
                    $crate::events::definition::Definition::new($crate::events::definition::Said {
                        name: $name,
                        service: $service,
                        level: trunkline_core::Level::$variant,
                        routing_key: $key,
                        required_acl: $acl,
                        headers: &[$($header),*],
                        aliases: &[$($alias),*],
                    });
                DEFINITION.get()
            }

            fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
                $crate::events::record::field(self, name)
            }

            fn write_content(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
                $crate::events::record::write_json(self, out)
            }
        }

        #[allow(deprecated)]
        impl trunkline_core::$level for $event {}
    };
}

pub(in crate::events) use {event, fields, record};
