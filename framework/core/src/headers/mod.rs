//! Typed headers in one buffer.

mod de;
mod encode;
mod error;
mod json;
mod limits;
pub(crate) mod packed;
mod ser;
mod value;
mod views;

#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use encode::IntoHeader;
pub use error::HeaderError;
pub use limits::HeaderLimits;
pub use value::{HeaderRef, Value, ValueKind, ValueRef};
pub use views::{ListRef, TableRef};

/// Names and typed values that travel beside a payload, in order, each name once.
///
/// All of them lie packed in one buffer: an envelope pays one allocation for its headers, and a
/// clone is one copy of the bytes. Looking a name up walks the entries, which for the dozen headers
/// of an event is faster than hashing.
///
/// Equality ignores the order and compares values as [`Value`] does. A name is 1 to 255 bytes
/// without control characters; names beginning with `x-` can be held, because brokers deliver them,
/// but see [`is_reserved_header`].
///
/// # Examples
///
/// ```
/// use trunkline_core::{Headers, Value};
///
/// let mut headers = Headers::new();
/// headers.insert("name", "call_created")?;
/// headers.insert("user_uuid:*", true)?;
/// headers.insert("conference_id", 42)?;
/// headers.insert("origin_uuid", Value::Null)?;
///
/// assert_eq!(headers.text("name"), Some("call_created"));
/// assert_eq!(headers.len(), 4);
/// # Ok::<(), trunkline_core::HeaderError>(())
/// ```
#[derive(Clone, Default)]
pub struct Headers {
    entries: Vec<u8>,
    len: usize,
}

/// Bytes reserved for the first header: most events then need no more.
const FIRST_RESERVE: usize = 128;

impl Headers {
    /// Most headers that one set can hold.
    pub const MAX_LEN: usize = 4096;
    /// Most bytes of a name: the AMQP short string (AMQP 0-9-1 §4.2.5.3).
    pub const MAX_NAME: usize = 255;
    /// Most lists and tables inside each other.
    pub const MAX_NESTING: usize = 32;

    /// Makes an empty set; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            len: 0,
        }
    }

    /// Makes an empty set with room for `bytes`, counted as [`byte_len`](Self::byte_len) does.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            entries: Vec::with_capacity(bytes),
            len: 0,
        }
    }

    /// Makes a set of the given names and values.
    ///
    /// # Errors
    ///
    /// That of the first [`insert`](Self::insert) which fails.
    pub fn try_from_iter<N, V>(
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, HeaderError>
    where
        N: AsRef<str>,
        V: IntoHeader,
    {
        let mut made = Self::new();
        made.try_extend(headers)?;
        Ok(made)
    }

    /// Inserts each of the given names and values.
    ///
    /// # Errors
    ///
    /// That of the first [`insert`](Self::insert) which fails; those before it stay.
    pub fn try_extend<N, V>(
        &mut self,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Result<(), HeaderError>
    where
        N: AsRef<str>,
        V: IntoHeader,
    {
        headers
            .into_iter()
            .try_for_each(|(name, value)| self.insert(name.as_ref(), value))
    }

    /// Sets a header. A name that is there already keeps its place and gets the new value.
    ///
    /// # Errors
    ///
    /// [`HeaderError::EmptyName`], [`HeaderError::NameTooLong`] or [`HeaderError::ControlInName`]
    /// for the name; [`HeaderError::TooDeep`], [`HeaderError::IntegerTooLarge`] or
    /// [`HeaderError::TooLarge`] for the value; [`HeaderError::TooMany`] beyond
    /// [`MAX_LEN`](Self::MAX_LEN). The headers are then as they were.
    pub fn insert(&mut self, name: &str, value: impl IntoHeader) -> Result<(), HeaderError> {
        limits::check_name(name)?;
        let old = self.find(name);
        if old.is_none() && self.len == Self::MAX_LEN {
            return Err(HeaderError::TooMany {
                count: self.len + 1,
                limit: Self::MAX_LEN,
            });
        }
        if self.entries.capacity() == 0 {
            self.entries.reserve(FIRST_RESERVE);
        }
        let end = self.entries.len();
        if old.is_none() {
            packed::put_name(&mut self.entries, name);
        }
        let start = self.entries.len();
        let mut packed = value.encode(&mut self.entries, Self::MAX_NESTING);
        if self.entries.len() > packed::MAX_BYTES {
            packed = Err(packed::Refusal::TooLarge);
        }
        if let Err(refusal) = packed {
            self.entries.truncate(end);
            return Err(refusal.at(name));
        }
        match old {
            None => self.len += 1,
            Some(old) => self.swap_in(old.start + 1 + name.len()..old.end, start),
        }
        Ok(())
    }

    /// Moves the value written last, from `start`, to where the `old` value is.
    fn swap_in(&mut self, old: Range<usize>, start: usize) {
        let width = self.entries.len() - start;
        self.entries[old.start..].rotate_right(width);
        self.entries.drain(old.start + width..old.end + width);
    }

    /// Removes a header and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let value = self.get(name)?.to_value();
        let range = self.find(name)?;
        self.entries.drain(range);
        self.len -= 1;
        Some(value)
    }

    /// Looks a value up.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<ValueRef<'_>> {
        self.as_table().get(name)
    }

    /// Looks a value up that is text; `None` if it is absent or something else.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// Tells whether the name is there, whatever its value.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.as_table().raw(name.as_bytes()).is_some()
    }

    /// Walks the names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ValueRef<'_>)> {
        self.as_table().iter()
    }

    /// Walks the names and values in order, with names and text as the bytes they are: for whoever
    /// only hands them on, this looks at no text again.
    pub fn iter_bytes(&self) -> impl Iterator<Item = (&[u8], HeaderRef<'_>)> {
        self.raw()
            .map(|entry| (entry.name, HeaderRef::from_raw(entry.value)))
    }

    /// Tells how many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether there is no header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Tells how many bytes the headers take here; on a wire it is about the same.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.entries.len()
    }

    /// Gives unused room back.
    pub fn shrink_to_fit(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// Tells whether `other` has the same headers in the same order with the same types: `1` is not
    /// `1.0` here, and a NaN is itself.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        self.entries == other.entries
    }

    /// Lends the headers as a table.
    #[must_use]
    pub fn as_table(&self) -> TableRef<'_> {
        TableRef::from_packed(&self.entries)
    }

    fn from_packed(entries: Vec<u8>) -> Self {
        let len = packed::RawEntries(&entries).count();
        Self { entries, len }
    }

    fn find(&self, name: &str) -> Option<Range<usize>> {
        let mut start = 0;
        for entry in self.raw() {
            if entry.name == name.as_bytes() {
                return Some(start..start + entry.whole.len());
            }
            start += entry.whole.len();
        }
        None
    }

    /// Walks the entries as bytes, without checking that names and text are UTF-8.
    pub(crate) fn raw(&self) -> packed::RawEntries<'_> {
        packed::RawEntries(&self.entries)
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.as_table() == other.as_table()
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_table().fmt(f)
    }
}

/// Tells whether a header name is kept for brokers: those beginning with `x-`.
///
/// RabbitMQ never matches them and sets some itself, so a publish refuses them.
///
/// # Examples
///
/// ```
/// assert!(trunkline_core::is_reserved_header("x-death"));
/// assert!(!trunkline_core::is_reserved_header("tenant_uuid"));
/// ```
#[must_use]
pub fn is_reserved_header(name: &str) -> bool {
    name.starts_with("x-")
}
