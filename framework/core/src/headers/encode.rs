use bytes::Bytes;

use super::packed::{self, Refusal};
use super::{Headers, ListRef, TableRef, Value, ValueRef};

/// What can be the value of a header.
///
/// Truth values, integers, floats, text, bytes, lists, tables, and `Option` of them, where `None`
/// is null. The value is written straight into the headers: none of these builds a [`Value`] first.
/// The trait is sealed.
pub trait IntoHeader: Encode {}

impl<T: Encode> IntoHeader for T {}

/// Writes a value in packed form.
pub trait Encode {
    /// Appends the value to `out`, with at most `room` lists or tables inside each other.
    fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal>;
}

macro_rules! encode {
    ($($type:ty, $value:ident, $out:ident => $body:expr;)+) => {$(
        impl Encode for $type {
            fn encode(self, $out: &mut Vec<u8>, _: usize) -> Result<(), Refusal> {
                let $value = self;
                $body
            }
        }
    )+};
}

encode! {
    bool, value, out => { packed::put_bool(out, value); Ok(()) };
    i64, value, out => { packed::put_int(out, value); Ok(()) };
    i32, value, out => i64::from(value).encode(out, 0);
    u32, value, out => i64::from(value).encode(out, 0);
    u64, value, out => {
        i64::try_from(value).map_err(|_| Refusal::IntegerTooLarge)?.encode(out, 0)
    };
    usize, value, out => {
        i64::try_from(value).map_err(|_| Refusal::IntegerTooLarge)?.encode(out, 0)
    };
    f64, value, out => { packed::put_float(out, value); Ok(()) };
    &str, value, out => packed::put_contents(out, packed::TEXT, value.as_bytes());
    &String, value, out => value.as_str().encode(out, 0);
    String, value, out => value.as_str().encode(out, 0);
    &[u8], value, out => packed::put_contents(out, packed::BYTES, value);
    Bytes, value, out => (&value[..]).encode(out, 0);
    &Bytes, value, out => (&value[..]).encode(out, 0);
}

impl<T: Encode> Encode for Option<T> {
    fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
        match self {
            Some(value) => value.encode(out, room),
            None => ValueRef::Null.encode(out, room),
        }
    }
}

impl Encode for ValueRef<'_> {
    fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
        match self {
            Self::Null => {
                out.push(packed::NULL);
                Ok(())
            }
            Self::Bool(value) => value.encode(out, room),
            Self::Int(value) => value.encode(out, room),
            Self::Float(value) => value.encode(out, room),
            Self::Text(value) => value.encode(out, room),
            Self::Bytes(value) => value.encode(out, room),
            Self::List(values) => values.encode(out, room),
            Self::Table(table) => table.encode(out, room),
        }
    }
}

impl Encode for ListRef<'_> {
    fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
        let room = room.checked_sub(1).ok_or(Refusal::TooDeep)?;
        if let Some(values) = self.packed() {
            check_depth(packed::list_depth(values), room)?;
            return packed::put_contents(out, packed::LIST, values);
        }
        let start = packed::begin_list(out);
        for value in self.iter() {
            value.encode(out, room)?;
        }
        packed::end_list(out, start)
    }
}

impl Encode for TableRef<'_> {
    fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
        let room = room.checked_sub(1).ok_or(Refusal::TooDeep)?;
        check_depth(packed::table_depth(self.entries), room)?;
        packed::put_contents(out, packed::TABLE, self.entries)
    }
}

fn check_depth(depth: usize, room: usize) -> Result<(), Refusal> {
    if depth > room {
        Err(Refusal::TooDeep)
    } else {
        Ok(())
    }
}

macro_rules! encode_by_ref {
    ($($type:ty, $value:ident => $borrowed:expr;)+) => {$(
        impl Encode for &$type {
            fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
                let $value = self;
                $borrowed.encode(out, room)
            }
        }
        impl Encode for $type {
            fn encode(self, out: &mut Vec<u8>, room: usize) -> Result<(), Refusal> {
                (&self).encode(out, room)
            }
        }
    )+};
}

encode_by_ref! {
    Value, value => value.as_ref();
    Headers, headers => headers.as_table();
    Vec<Value>, values => ListRef::from(&values[..]);
}

macro_rules! value_from {
    ($($type:ty, $value:ident => $made:expr;)+) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        }
    )+};
}

value_from! {
    bool, value => Self::Bool(value);
    i64, value => Self::Int(value);
    i32, value => Self::Int(value.into());
    u32, value => Self::Int(value.into());
    f64, value => Self::Float(value);
    &str, value => Self::Text(value.to_owned());
    String, value => Self::Text(value);
    Bytes, value => Self::Bytes(value);
    Vec<Value>, values => Self::List(values);
    Headers, headers => Self::Table(headers);
}
