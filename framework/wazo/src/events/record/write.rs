//! Writing records, and whatever else looks at all of their fields.

use std::fmt;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Record, Slot};

/// Writes the content of a record.
pub(in crate::events) fn write<S: Serializer>(
    record: &dyn Record,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for (key, slot) in written(record) {
        map.serialize_entry(key, &slot)?;
    }
    for (key, value) in more(record) {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

/// The fields that are written: those that are set, and those that are null and neither left out nor
/// of another kind.
pub(super) fn written(record: &dyn Record) -> impl Iterator<Item = (&'static str, Slot<'_>)> {
    let rest = record.rest();
    let keys = record.keys()[..record.content()].iter().enumerate();
    keys.filter_map(move |(at, key)| match record.slot(at) {
        Slot::Null if rest.is_absent(at) || rest.extra.contains_key(*key) => None,
        slot => Some((*key, slot)),
    })
}

/// What is written beside the fields.
pub(super) fn more(record: &dyn Record) -> impl Iterator<Item = (&String, &Value)> {
    let extra = record.rest().extra.iter();
    extra.filter(move |(key, _)| !is_set(record, key))
}

/// Whether a field of that key has a value.
fn is_set(record: &dyn Record, key: &str) -> bool {
    let keys = &record.keys()[..record.content()];
    let at = keys.iter().position(|own| *own == key);
    at.is_some_and(|at| !matches!(record.slot(at), Slot::Null))
}

/// The value of a field, as [`trunkline_core::Event::field`] gives it.
pub(in crate::events) fn field(
    record: &dyn Record,
    name: &str,
) -> Option<serde_json::Result<Value>> {
    if let Some((_, constant)) = record.constants().iter().find(|(key, _)| *key == name) {
        return Some(Ok(Value::from(*constant)));
    }
    let rest = record.rest();
    // A header that stands beside the content's field of that name goes before it.
    let (content, beside) = record.keys().split_at(record.content());
    let beside = beside.iter().position(|key| *key == name);
    let beside = beside.map(|at| at + content.len());
    let at = content.iter().position(|key| *key == name);
    let at = match beside {
        Some(beside) if at.is_none() || !matches!(record.slot(beside), Slot::Null) => Some(beside),
        _ => at,
    };
    match at.map(|at| (at, record.slot(at))) {
        Some((at, Slot::Null)) => match rest.extra.get(name) {
            Some(value) => Some(Ok(value.clone())),
            // What is not in the content is there, or is not a variable at all.
            None if at >= record.content() || rest.is_absent(at) => None,
            None => Some(Ok(Value::Null)),
        },
        Some((_, slot)) => Some(serde_json::to_value(slot)),
        None => rest.extra.get(name).cloned().map(Ok),
    }
}

/// Shows a record as its name and what it says.
pub(in crate::events) fn debug(record: &dyn Record, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(record.type_name());
    for (at, key) in record.keys().iter().enumerate() {
        let slot = record.slot(at);
        if !matches!(slot, Slot::Null) {
            shown.field(key, &slot);
        }
    }
    for (key, value) in &record.rest().extra {
        shown.field(key, value);
    }
    shown.finish()
}

/// Tells whether two records say the same.
pub(in crate::events) fn is_equal(one: &dyn Record, other: &dyn Record) -> bool {
    std::ptr::eq(one.keys(), other.keys())
        && one.rest() == other.rest()
        && (0..one.keys().len()).all(|at| one.slot(at) == other.slot(at))
}

impl PartialEq for Slot<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Int(one), Self::Int(other)) => one == other,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Json(one), Self::Json(other)) => one == other,
            (Self::Object(one), Self::Object(other)) => one == other,
            (Self::Record(one), Self::Record(other)) => is_equal(*one, *other),
            (Self::List(one), Self::List(other)) => {
                let count = one.count();
                count == other.count() && (0..count).all(|at| one.item(at) == other.item(at))
            }
            _ => false,
        }
    }
}

impl Serialize for Slot<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(truth) => serializer.serialize_bool(*truth),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(value) => value.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::Record(record) => write(*record, serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.count()))?;
                for at in 0..items.count() {
                    list.serialize_element(&items.item(at))?;
                }
                list.end()
            }
        }
    }
}

impl fmt::Debug for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => truth.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => text.fmt(f),
            Self::Json(value) => value.fmt(f),
            Self::Object(object) => f.debug_map().entries(*object).finish(),
            Self::Record(record) => debug(*record, f),
            Self::List(items) => {
                let items = (0..items.count()).map(|at| items.item(at));
                f.debug_list().entries(items).finish()
            }
        }
    }
}
