use std::fmt;

use bytes::Bytes;

use super::packed::{self, RawValue, int_is_float};
use super::{Headers, ListRef, TableRef};

/// The value of a header, owned.
///
/// Equality is the one that matching uses: types count (`1` is not `"1"`, `true` is not `"true"`),
/// but an integer and a float are equal when they are the same number. NaN equals nothing. To tell
/// `1` from `1.0`, ask for the [`kind`].
///
/// [`kind`]: Value::kind
///
/// # Examples
///
/// ```
/// use trunkline_core::Value;
///
/// assert_eq!(Value::from(1), Value::from(1.0));
/// assert_ne!(Value::from(1), Value::from("1"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Value {
    /// No value; AMQP's void.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or beyond 64 bits.
    Float(f64),
    /// Text.
    Text(String),
    /// Bytes that are not text.
    Bytes(Bytes),
    /// Values in order.
    List(Vec<Value>),
    /// Names and values.
    Table(Headers),
}

/// The value of a header, borrowed; lists and tables are read as they are walked.
///
/// Equality is that of [`Value`].
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// No value; AMQP's void.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction, or beyond 64 bits.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// Bytes that are not text.
    Bytes(&'a [u8]),
    /// Values in order.
    List(ListRef<'a>),
    /// Names and values.
    Table(TableRef<'a>),
}

/// A value, lent to whoever hands it on: see [`Headers::iter_bytes`](super::Headers::iter_bytes).
#[derive(Debug, Clone, Copy)]
pub enum HeaderRef<'a> {
    /// Text, as the UTF-8 it is.
    Text(&'a [u8]),
    /// Anything else.
    Other(ValueRef<'a>),
}

impl<'a> HeaderRef<'a> {
    #[inline]
    pub(super) fn from_raw(raw: RawValue<'a>) -> Self {
        if raw.tag() == packed::TEXT {
            Self::Text(raw.contents())
        } else {
            Self::Other(ValueRef::from_raw(raw))
        }
    }
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of `Value`")]
pub enum ValueKind {
    Null,
    Bool,
    Int,
    Float,
    Text,
    Bytes,
    List,
    Table,
}

impl Value {
    /// Lends the value.
    #[must_use]
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Bool(*value),
            Self::Int(value) => ValueRef::Int(*value),
            Self::Float(value) => ValueRef::Float(*value),
            Self::Text(value) => ValueRef::Text(value),
            Self::Bytes(value) => ValueRef::Bytes(value),
            Self::List(values) => ValueRef::List(ListRef::from(&values[..])),
            Self::Table(headers) => ValueRef::Table(headers.as_table()),
        }
    }

    /// Tells the type.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        self.as_ref().kind()
    }
}

impl<'a> ValueRef<'a> {
    /// Tells the type.
    #[must_use]
    pub fn kind(self) -> ValueKind {
        match self {
            Self::Null => ValueKind::Null,
            Self::Bool(_) => ValueKind::Bool,
            Self::Int(_) => ValueKind::Int,
            Self::Float(_) => ValueKind::Float,
            Self::Text(_) => ValueKind::Text,
            Self::Bytes(_) => ValueKind::Bytes,
            Self::List(_) => ValueKind::List,
            Self::Table(_) => ValueKind::Table,
        }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn as_text(self) -> Option<&'a str> {
        if let Self::Text(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        if let Self::Bool(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The integer, if this is one.
    #[must_use]
    pub fn as_int(self) -> Option<i64> {
        if let Self::Int(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// Makes an owned copy.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Bytes(value) => Value::Bytes(Bytes::copy_from_slice(value)),
            Self::List(values) => Value::List(values.iter().map(ValueRef::to_value).collect()),
            Self::Table(table) => Value::Table(table.to_headers()),
        }
    }

    pub(crate) fn from_raw(raw: RawValue<'a>) -> Self {
        match raw.tag() {
            packed::NULL => Self::Null,
            packed::FALSE => Self::Bool(false),
            packed::TRUE => Self::Bool(true),
            packed::INT => Self::Int(raw.int()),
            packed::FLOAT => Self::Float(raw.float()),
            packed::TEXT => Self::Text(text(raw.contents())),
            packed::BYTES => Self::Bytes(raw.contents()),
            packed::LIST => Self::List(ListRef::from_packed(raw.contents())),
            _ => Self::Table(TableRef::from_packed(raw.contents())),
        }
    }
}

impl PartialEq for ValueRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Int(int), Self::Float(float)) | (Self::Float(float), Self::Int(int)) => {
                int_is_float(int, float)
            }
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::List(a), Self::List(b)) => a.iter().eq(b.iter()),
            (Self::Table(a), Self::Table(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        value.to_value()
    }
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> Self {
        value.as_ref()
    }
}

impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::Bytes(value) => write!(f, "b\"{}\"", value.escape_ascii()),
            Self::List(values) => values.fmt(f),
            Self::Table(table) => table.fmt(f),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// Text that was packed from a `str`.
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("packed text was written from a str")
}
