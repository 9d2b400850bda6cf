//! How much work a run does.

use std::fmt;

/// How much work a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Scale {
    /// Enough to see a promise kept; for every change. The default.
    #[default]
    Short,
    /// The numbers the cases name.
    Full,
    /// The full numbers, several copies of each case beside each other.
    Stress,
}

impl Scale {
    /// The environment variable that sets it: `short`, `full` or `stress`.
    pub const VARIABLE: &'static str = "TRUNKLINE_TEST_SCALE";

    /// Reads the scale from the environment.
    ///
    /// # Panics
    /// When the variable holds another word: a run must not be smaller than its author believes.
    pub fn from_env() -> Self {
        match std::env::var(Self::VARIABLE).as_deref() {
            Err(_) | Ok("" | "short") => Self::Short,
            Ok("full") => Self::Full,
            Ok("stress") => Self::Stress,
            Ok(other) => {
                panic!(
                    "{} is `{other}`; set it to short, full or stress",
                    Self::VARIABLE
                )
            }
        }
    }

    /// Takes the number that belongs to this scale.
    pub fn of<T>(self, short: T, full: T) -> T {
        if self == Self::Short { short } else { full }
    }

    /// Copies of a case that run beside each other.
    pub fn copies(self) -> usize {
        if self == Self::Stress { 4 } else { 1 }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "short",
            Self::Full => "full",
            Self::Stress => "stress",
        })
    }
}
