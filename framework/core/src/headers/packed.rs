//! The packed form of headers: how entries and values lie in one buffer.
//!
//! ```text
//! entry  =  name length (u8)  name  value
//! value  =  tag (u8)  payload
//! ```
//!
//! Integers and floats have 8 bytes, little endian. Text, bytes, lists and tables have a `u32`
//! length in bytes, little endian, and then the text, the values or the entries. Every buffer is
//! written by this crate, so reading trusts it.

use super::{HeaderError, ValueRef};

pub(crate) const NULL: u8 = 0;
pub(crate) const FALSE: u8 = 1;
pub(crate) const TRUE: u8 = 2;
pub(crate) const INT: u8 = 3;
pub(crate) const FLOAT: u8 = 4;
pub(crate) const TEXT: u8 = 5;
pub(crate) const BYTES: u8 = 6;
pub(crate) const LIST: u8 = 7;
pub(crate) const TABLE: u8 = 8;

/// Tag and length, before the contents of text, bytes, lists and tables.
const PREFIX: usize = 5;

/// Most bytes one set of headers may take, so that a length always fits its `u32`.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// Why a value cannot be packed; the caller knows under which name it was to stand.
#[derive(Debug, Clone, Copy)]
pub enum Refusal {
    TooDeep,
    TooLarge,
    IntegerTooLarge,
}

impl Refusal {
    pub(super) fn at(self, name: &str) -> HeaderError {
        let name = name.to_owned();
        match self {
            Self::TooDeep => HeaderError::TooDeep {
                name,
                limit: super::Headers::MAX_NESTING,
            },
            Self::TooLarge => HeaderError::TooLarge {
                name,
                limit: MAX_BYTES,
            },
            Self::IntegerTooLarge => HeaderError::IntegerTooLarge { name },
        }
    }
}

/// One value, exactly: its tag and its payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawValue<'a>(&'a [u8]);

impl<'a> RawValue<'a> {
    /// Takes the first value off `bytes`.
    #[inline]
    pub(crate) fn split(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let end = match bytes[0] {
            NULL | FALSE | TRUE => 1,
            INT | FLOAT => 9,
            _ => PREFIX + u32::from_le_bytes(array(&bytes[1..PREFIX])) as usize,
        };
        let (value, rest) = bytes.split_at(end);
        (Self(value), rest)
    }

    pub(crate) fn tag(self) -> u8 {
        self.0[0]
    }

    /// What follows the length in text, bytes, lists and tables.
    pub(crate) fn contents(self) -> &'a [u8] {
        &self.0[PREFIX..]
    }

    pub(crate) fn int(self) -> i64 {
        i64::from_le_bytes(array(&self.0[1..9]))
    }

    pub(crate) fn float(self) -> f64 {
        f64::from_le_bytes(array(&self.0[1..9]))
    }

    /// Compares as [`Value`](super::Value) does, without looking into text.
    pub(crate) fn equals(self, other: RawValue<'_>) -> bool {
        match self.tag() {
            INT | FLOAT | LIST | TABLE => ValueRef::from_raw(self) == ValueRef::from_raw(other),
            _ => self.0 == other.0,
        }
    }

    /// How many lists and tables are nested here: none for a scalar, one for a list of scalars.
    pub(crate) fn depth(self) -> usize {
        match self.tag() {
            LIST => 1 + list_depth(self.contents()),
            TABLE => 1 + table_depth(self.contents()),
            _ => 0,
        }
    }
}

/// The deepest nesting among the values of a packed list.
pub(crate) fn list_depth(mut values: &[u8]) -> usize {
    let mut deepest = 0;
    while !values.is_empty() {
        let (value, rest) = RawValue::split(values);
        deepest = deepest.max(value.depth());
        values = rest;
    }
    deepest
}

/// The deepest nesting among the values of packed entries.
pub(crate) fn table_depth(entries: &[u8]) -> usize {
    RawEntries(entries)
        .map(|entry| entry.value.depth())
        .max()
        .unwrap_or(0)
}

/// One header: its name, its value, and both as they lie in the buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawEntry<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: RawValue<'a>,
    pub(crate) whole: &'a [u8],
}

/// Walks packed entries, in order.
#[derive(Debug, Clone)]
pub(crate) struct RawEntries<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for RawEntries<'a> {
    type Item = RawEntry<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (&length, after) = self.0.split_first()?;
        let (name, after) = after.split_at(usize::from(length));
        let (value, rest) = RawValue::split(after);
        let whole = &self.0[..self.0.len() - rest.len()];
        self.0 = rest;
        Some(RawEntry { name, value, whole })
    }
}

/// Writes the name of an entry; its value must follow. The name is at most 255 bytes.
pub(crate) fn put_name(out: &mut Vec<u8>, name: &str) {
    out.push(name.len() as u8);
    out.extend_from_slice(name.as_bytes());
}

pub(crate) fn put_bool(out: &mut Vec<u8>, value: bool) {
    out.push(if value { TRUE } else { FALSE });
}

pub(crate) fn put_int(out: &mut Vec<u8>, value: i64) {
    out.push(INT);
    out.extend_from_slice(&value.to_le_bytes());
}

pub(crate) fn put_float(out: &mut Vec<u8>, value: f64) {
    out.push(FLOAT);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Writes text, bytes, or a list or table that is packed already.
pub(crate) fn put_contents(out: &mut Vec<u8>, tag: u8, contents: &[u8]) -> Result<(), Refusal> {
    if contents.len() > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    out.reserve(PREFIX + contents.len());
    out.push(tag);
    out.extend_from_slice(&(contents.len() as u32).to_le_bytes());
    out.extend_from_slice(contents);
    Ok(())
}

/// Begins a list whose values are written next; gives the place for [`end_list`].
pub(crate) fn begin_list(out: &mut Vec<u8>) -> usize {
    out.extend_from_slice(&[LIST, 0, 0, 0, 0]);
    out.len()
}

/// Ends the list that began at `start`.
pub(crate) fn end_list(out: &mut [u8], start: usize) -> Result<(), Refusal> {
    let length = out.len() - start;
    if length > MAX_BYTES {
        return Err(Refusal::TooLarge);
    }
    out[start - 4..start].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(())
}

/// Tells whether an integer and a float are the same number, without rounding either.
pub(crate) fn int_is_float(int: i64, float: f64) -> bool {
    float_as_int(float) == Some(int)
}

/// The integer that is the same number as `float`, if there is one in 64 bits.
pub(crate) fn float_as_int(float: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0; // 2^63: the first float above every i64.
    let fits = float.fract() == 0.0 && (-BEYOND..BEYOND).contains(&float);
    fits.then_some(float as i64)
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes
        .try_into()
        .expect("a packed number has its full width")
}
