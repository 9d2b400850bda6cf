//! The kinds of values fields have.

use serde_json::{Map, Number, Value};

use super::super::text::{TimeText, UuidText};
use super::{Record, read};

/// A field's value, to be written.
#[derive(Clone, Copy)]
pub(in crate::events) enum Slot<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Number(&'a Number),
    Text(&'a str),
    Json(&'a Value),
    Object(&'a Map<String, Value>),
    Record(&'a dyn Record),
    List(&'a dyn Items),
}

/// The items of a list.
pub(in crate::events) trait Items {
    fn count(&self) -> usize;
    fn item(&self, at: usize) -> Slot<'_>;
}

/// A value of one kind.
pub(in crate::events) trait Typed: Sized {
    /// Tells whether a value is of this kind.
    fn fits(value: &Value) -> bool;
    /// Takes a value, which comes back if it is of another kind.
    fn take(value: Value) -> Result<Self, Value>;
    /// The value, to be written.
    fn slot(&self) -> Slot<'_>;
}

/// A field, which may be empty.
pub(in crate::events) trait Fill {
    fn fill(&mut self, value: Value) -> Result<(), Value>;
    fn slot(&self) -> Slot<'_>;
}

impl<T: Typed> Fill for Option<T> {
    fn fill(&mut self, value: Value) -> Result<(), Value> {
        *self = match value {
            Value::Null => None,
            value => Some(T::take(value)?),
        };
        Ok(())
    }

    fn slot(&self) -> Slot<'_> {
        self.as_ref().map_or(Slot::Null, T::slot)
    }
}

macro_rules! typed {
    ($($type:ty: $is:pat, $take:pat => $taken:expr, $self:ident => $slot:expr;)*) => {$(
        impl Typed for $type {
            fn fits(value: &Value) -> bool {
                matches!(value, $is)
            }
            fn take(value: Value) -> Result<Self, Value> {
                match value {
                    $take => Ok($taken),
                    other => Err(other),
                }
            }
            fn slot(&$self) -> Slot<'_> {
                $slot
            }
        }
    )*};
}

typed! {
    bool: Value::Bool(_), Value::Bool(truth) => truth, self => Slot::Bool(*self);
    String: Value::String(_), Value::String(text) => text, self => Slot::Text(self);
    UuidText: Value::String(_), Value::String(text) => Self::take(text), self => Slot::Text(self);
    TimeText: Value::String(_), Value::String(text) => Self::take(text), self => Slot::Text(self);
    Number: Value::Number(_), Value::Number(number) => number, self => Slot::Number(self);
    Map<String, Value>: Value::Object(_), Value::Object(map) => map, self => Slot::Object(self);
}

impl Typed for i64 {
    fn fits(value: &Value) -> bool {
        value.is_i64()
    }
    fn take(value: Value) -> Result<Self, Value> {
        value.as_i64().ok_or(value)
    }
    fn slot(&self) -> Slot<'_> {
        Slot::Int(*self)
    }
}

impl Typed for Value {
    fn fits(_: &Value) -> bool {
        true
    }
    fn take(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
    fn slot(&self) -> Slot<'_> {
        Slot::Json(self)
    }
}

impl<T: Typed> Typed for Vec<T> {
    fn fits(value: &Value) -> bool {
        value
            .as_array()
            .is_some_and(|items| items.iter().all(T::fits))
    }

    fn take(value: Value) -> Result<Self, Value> {
        match value {
            Value::Array(items) if items.iter().all(T::fits) => Ok(items
                .into_iter()
                .filter_map(|item| T::take(item).ok())
                .collect()),
            other => Err(other),
        }
    }

    fn slot(&self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Typed> Items for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }
    fn item(&self, at: usize) -> Slot<'_> {
        self.get(at).map_or(Slot::Null, T::slot)
    }
}

/// Takes an object into a record: whatever is in it has a place there.
pub(in crate::events) fn take_record<R: Record + Default>(value: Value) -> Result<R, Value> {
    let Value::Object(members) = value else {
        return Err(value);
    };
    let mut record = R::default();
    read::take(&mut record, members);
    Ok(record)
}
