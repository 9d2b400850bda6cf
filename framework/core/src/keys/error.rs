use std::fmt;

/// Why a routing key, a pattern or an escaped segment was refused.
///
/// # Examples
///
/// ```
/// use trunkline_core::{KeyErrorKind, RoutingKey};
///
/// let error = RoutingKey::new("calls..created").unwrap_err();
/// assert_eq!(error.kind(), KeyErrorKind::EmptySegment);
/// assert_eq!(error.position(), 6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {what} {shown:?} {kind} at byte {at}; {}", .kind.advice())]
pub struct KeyError {
    what: &'static str,
    shown: Box<str>,
    at: usize,
    kind: KeyErrorKind,
}

/// What is wrong with a routing key, a pattern or an escaped segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyErrorKind {
    /// There is nothing at all.
    Empty,
    /// It is over 255 bytes, which AMQP cannot carry.
    TooLong,
    /// Two separators follow each other, or one is first or last.
    EmptySegment,
    /// It has a control character.
    Control,
    /// A key has `*` or `#`, which are for patterns.
    Wildcard,
    /// It begins with `$`, which MQTT keeps for brokers.
    LeadingDollar,
    /// A `%` is not followed by two hexadecimal digits, or the bytes so written are not UTF-8.
    BadEscape,
}

impl KeyErrorKind {
    fn advice(self) -> &'static str {
        match self {
            Self::Empty => "give at least one word",
            Self::TooLong => "use 255 bytes at most",
            Self::EmptySegment => "put a word between any two `.`, and none first or last",
            Self::Control | Self::Wildcard => "remove it, or build the key with `from_segments`",
            Self::LeadingDollar => "begin with something else, or escape it as `%24`",
            Self::BadEscape => "write `%` itself as `%25`",
        }
    }
}

impl fmt::Display for KeyErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::TooLong => "is too long",
            Self::EmptySegment => "has an empty segment",
            Self::Control => "has a control character",
            Self::Wildcard => "has a wildcard",
            Self::LeadingDollar => "begins with `$`",
            Self::BadEscape => "has a bad escape",
        })
    }
}

impl KeyError {
    pub(super) fn new(what: &'static str, text: &str, at: usize, kind: KeyErrorKind) -> Self {
        const SHOWN: usize = 255;
        let end = (0..=SHOWN.min(text.len()))
            .rev()
            .find(|&end| text.is_char_boundary(end));
        Self {
            what,
            shown: text[..end.unwrap_or(0)].into(),
            at,
            kind,
        }
    }

    /// Tells what is wrong.
    #[must_use]
    pub fn kind(&self) -> KeyErrorKind {
        self.kind
    }

    /// Tells where, in bytes from the beginning.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// The text that was refused, or its first 255 bytes.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.shown
    }
}
