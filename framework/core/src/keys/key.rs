use std::borrow::Cow;

use smol_str::SmolStr;

use super::error::{KeyError, KeyErrorKind};
use super::{check, escape, text_newtype};

const WHAT: &str = "routing key";

/// Where an event goes: words with `.` between them, such as `calls.call.created`.
///
/// A *canonical* key, which [`new`](Self::new) makes, has one or more words, none empty, 255 bytes
/// at most in all; no control character, no `*` or `#`, no `$` in front. It means the same on every
/// transport. Other programs make keys that are not canonical, and [`verbatim`](Self::verbatim)
/// keeps those as they are.
///
/// Keys are compared byte by byte: upper and lower case differ, and Unicode is not normalised, so
/// `é` as one code point and `é` as two are different words.
///
/// As serde sees it a key is a string, read as `verbatim` does; parsing (`FromStr`, `TryFrom`) is
/// as strict as `new`.
///
/// # Examples
///
/// ```
/// use trunkline_core::RoutingKey;
///
/// let key = RoutingKey::new("calls.call.created")?;
/// assert_eq!(key.segments().collect::<Vec<_>>(), ["calls", "call", "created"]);
///
/// let key = RoutingKey::from_segments(["calls", "1700000000.42"])?;
/// assert_eq!(key.as_str(), "calls.1700000000%2E42");
/// # Ok::<(), trunkline_core::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoutingKey {
    /// Keys are short: most need no allocation of their own.
    text: SmolStr,
    /// Found out once: each publish asks.
    canonical: bool,
}

text_newtype!(RoutingKey, parse: new, read: verbatim);

impl RoutingKey {
    /// Most bytes of a key.
    pub const MAX_BYTES: usize = check::MAX_BYTES;

    /// Makes a canonical key.
    ///
    /// # Errors
    ///
    /// A [`KeyError`] of any kind but [`KeyErrorKind::BadEscape`], with the position of what is
    /// wrong.
    pub fn new(text: impl AsRef<str>) -> Result<Self, KeyError> {
        let key = Self::read(text.as_ref());
        key.check_canonical().map(|()| key)
    }

    /// Keeps a key that another program made: it may have empty words, spaces, wildcard characters,
    /// or be empty.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::TooLong`] over 255 bytes, [`KeyErrorKind::Control`] for NUL.
    pub fn verbatim(text: impl AsRef<str>) -> Result<Self, KeyError> {
        let text = text.as_ref();
        check::length(WHAT, text)?;
        match text.find('\0') {
            Some(at) => Err(KeyError::new(WHAT, text, at, KeyErrorKind::Control)),
            None => Ok(Self::read(text)),
        }
    }

    /// Makes a canonical key of any values, each escaped by
    /// [`escape_segment`](crate::escape_segment) into one word.
    ///
    /// # Errors
    ///
    /// [`KeyErrorKind::Empty`] without any value, [`KeyErrorKind::TooLong`] when the escaped key is
    /// over 255 bytes.
    pub fn from_segments<S: AsRef<str>>(
        values: impl IntoIterator<Item = S>,
    ) -> Result<Self, KeyError> {
        let mut text = String::new();
        for value in values {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(&escape::escape_segment(value.as_ref()));
            check::length(WHAT, &text)?;
        }
        Self::new(text)
    }

    fn read(text: &str) -> Self {
        Self {
            text: text.into(),
            canonical: check::is_canonical(text),
        }
    }

    /// Tells whether the key is canonical.
    #[must_use]
    pub fn is_canonical(&self) -> bool {
        self.canonical
    }

    /// Checks that the key is canonical.
    ///
    /// # Errors
    ///
    /// What [`new`](Self::new) would answer to the same text.
    pub fn check_canonical(&self) -> Result<(), KeyError> {
        if self.canonical {
            Ok(())
        } else {
            explain(&self.text)
        }
    }

    pub(crate) fn heap_bytes(&self) -> usize {
        let counts = 2 * size_of::<usize>();
        let heap = self.text.is_heap_allocated();
        if heap { counts + self.text.len() } else { 0 }
    }

    /// Walks the words as they are written; an empty key has none.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        check::words(&self.text)
    }

    /// Walks the words as they were before [`from_segments`](Self::from_segments) escaped them.
    pub fn unescaped_segments(&self) -> impl Iterator<Item = Result<Cow<'_, str>, KeyError>> {
        self.segments().map(escape::unescape_segment)
    }
}

/// Says why a text is no canonical key.
pub(super) fn explain(text: &str) -> Result<(), KeyError> {
    check::segments(WHAT, text)?;
    match text.find(['*', '#']) {
        Some(at) => Err(KeyError::new(WHAT, text, at, KeyErrorKind::Wildcard)),
        None => Ok(()),
    }
}
