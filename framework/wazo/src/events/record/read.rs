//! Reading records.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::Record;

/// Reads an object into a record that is empty yet.
pub(in crate::events) fn read<'de, D: Deserializer<'de>>(
    record: &mut dyn Record,
    reader: D,
) -> Result<(), D::Error> {
    begin(record);
    reader.deserialize_map(Members(record))
}

/// Moves the members of an object into a record that is empty yet.
pub(super) fn take(record: &mut dyn Record, members: Map<String, Value>) {
    begin(record);
    let mut next = 0;
    for (key, value) in members {
        put(record, &mut next, Cow::Owned(key), value);
    }
}

/// No field is there until it is found.
fn begin(record: &mut dyn Record) {
    record.rest_mut().absent = u64::MAX;
}

/// Puts a value into its field, or into the rest. `next` is where the next field is expected: those
/// who write keep to an order.
fn put(record: &mut dyn Record, next: &mut usize, key: Cow<'_, str>, value: Value) {
    let keys = record.keys();
    let at = match keys.get(*next) {
        Some(expected) if *expected == key => Some(*next),
        _ => keys.iter().position(|own| *own == key),
    };
    let Some(at) = at else {
        if !record
            .constants()
            .iter()
            .any(|(constant, _)| *constant == key)
        {
            record.rest_mut().extra.insert(key.into_owned(), value);
        }
        return;
    };
    *next = at + 1;
    match record.fill(at, value) {
        Ok(()) => record.rest_mut().absent &= !(1 << at),
        Err(value) => {
            record.rest_mut().extra.insert(key.into_owned(), value);
        }
    }
}

struct Members<'r>(&'r mut dyn Record);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the content of a `{}`, an object", self.0.type_name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut next = 0;
        while let Some(Key(key)) = map.next_key()? {
            let value = map.next_value()?;
            put(self.0, &mut next, key, value);
        }
        Ok(())
    }
}

/// A key, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);
