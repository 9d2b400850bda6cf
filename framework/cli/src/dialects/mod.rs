//! The dialects the program speaks.

use std::fmt;
use std::str::FromStr;

/// A dialect by its name in configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DialectName {
    /// The smallest dialect.
    Plain,
}

impl DialectName {
    /// What is spoken unless someone says otherwise.
    pub(crate) const DEFAULT: Self = Self::Plain;
    /// The accepted form, in words.
    pub(crate) const FORM: &'static str = "write `plain`";

    /// The dialect's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
        }
    }
}

/// A dialect the program does not speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect `{0}`")]
pub(crate) struct UnknownDialect(String);

impl FromStr for DialectName {
    type Err = UnknownDialect;

    fn from_str(word: &str) -> Result<Self, UnknownDialect> {
        let known = [Self::Plain];
        known
            .into_iter()
            .find(|name| name.as_str() == word)
            .ok_or_else(|| UnknownDialect(word.to_owned()))
    }
}

impl fmt::Display for DialectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
