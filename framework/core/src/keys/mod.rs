//! Routing keys, key patterns and name patterns.

mod check;
mod error;
mod escape;
mod key;
mod name;
mod pattern;

#[cfg(test)]
mod tests;

pub(crate) use check::{has_control, words};
pub use error::{KeyError, KeyErrorKind};
pub use escape::{escape_segment, unescape_segment};
pub use key::RoutingKey;
pub use name::NamePattern;
pub use pattern::{KeyPattern, PatternShape};

/// Writes what a text newtype shares: `as_str`, text in and out, and serde as a string.
macro_rules! text_newtype {
    ($type:ident, parse: $parse:ident, read: $read:ident) => {
        impl $type {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.text)
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&*self.text, f)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.text
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::keys::KeyError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::$parse(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = $crate::keys::KeyError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::$parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $crate::keys::KeyError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::$parse(text)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.text.into()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::$read(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use text_newtype;
