use std::fmt;

use super::packed::{RawEntries, RawValue};
use super::value::text;
use super::{Headers, Value, ValueRef};

/// A list in a header, read as it is walked.
#[derive(Clone, Copy)]
pub struct ListRef<'a>(Items<'a>);

#[derive(Clone, Copy)]
enum Items<'a> {
    Packed(&'a [u8]),
    Owned(&'a [Value]),
}

impl<'a> ListRef<'a> {
    pub(super) fn from_packed(values: &'a [u8]) -> Self {
        Self(Items::Packed(values))
    }

    /// Walks the values in order.
    pub fn iter(self) -> impl Iterator<Item = ValueRef<'a>> {
        let mut items = self.0;
        std::iter::from_fn(move || match &mut items {
            Items::Packed([]) => None,
            Items::Packed(bytes) => {
                let (value, rest) = RawValue::split(bytes);
                *bytes = rest;
                Some(ValueRef::from_raw(value))
            }
            Items::Owned(values) => {
                let (first, rest) = values.split_first()?;
                *values = rest;
                Some(first.as_ref())
            }
        })
    }

    /// The packed values, unless the list is an owned one.
    pub(super) fn packed(self) -> Option<&'a [u8]> {
        if let Items::Packed(bytes) = self.0 {
            Some(bytes)
        } else {
            None
        }
    }
}

impl<'a> From<&'a [Value]> for ListRef<'a> {
    fn from(values: &'a [Value]) -> Self {
        Self(Items::Owned(values))
    }
}

impl fmt::Debug for ListRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A table in a header, read as it is walked.
#[derive(Clone, Copy)]
pub struct TableRef<'a> {
    pub(super) entries: &'a [u8],
}

impl<'a> TableRef<'a> {
    pub(crate) fn from_packed(entries: &'a [u8]) -> Self {
        Self { entries }
    }

    /// Walks the names and values in order.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, ValueRef<'a>)> {
        RawEntries(self.entries).map(|raw| (text(raw.name), ValueRef::from_raw(raw.value)))
    }

    /// Looks a value up.
    #[must_use]
    pub fn get(self, name: &str) -> Option<ValueRef<'a>> {
        self.raw(name.as_bytes()).map(ValueRef::from_raw)
    }

    /// Makes an owned copy.
    #[must_use]
    pub fn to_headers(self) -> Headers {
        Headers::from_packed(self.entries.to_vec())
    }

    pub(super) fn raw(self, name: &[u8]) -> Option<RawValue<'a>> {
        RawEntries(self.entries)
            .find(|entry| entry.name == name)
            .map(|entry| entry.value)
    }
}

impl PartialEq for TableRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        let count = |table: &Self| RawEntries(table.entries).count();
        count(self) == count(other)
            && RawEntries(self.entries).all(|entry| {
                let theirs = other.raw(entry.name);
                theirs.is_some_and(|raw| ValueRef::from_raw(raw) == ValueRef::from_raw(entry.value))
            })
    }
}

impl fmt::Debug for TableRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
