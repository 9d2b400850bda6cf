//! Typed header values ↔ AMQP's field table.

use lapin::types::{AMQPValue, FieldArray, FieldTable, ShortString};
use trunkline_core::{Headers, TableRef, Value, ValueRef};

/// A value as AMQP carries it. Integers that fit are 32 bits wide, as most clients write them.
pub(crate) fn to_amqp(value: ValueRef<'_>) -> AMQPValue {
    match value {
        ValueRef::Bool(value) => AMQPValue::Boolean(value),
        ValueRef::Int(value) => match i32::try_from(value) {
            Ok(small) => AMQPValue::LongInt(small),
            Err(_) => AMQPValue::LongLongInt(value),
        },
        ValueRef::Float(value) => AMQPValue::Double(value),
        ValueRef::Text(value) => AMQPValue::LongString(value.into()),
        ValueRef::Bytes(value) => AMQPValue::ByteArray(value.into()),
        ValueRef::List(values) => AMQPValue::FieldArray(FieldArray::from(
            values.iter().map(to_amqp).collect::<Vec<_>>(),
        )),
        ValueRef::Table(table) => AMQPValue::FieldTable(table_to_amqp(table)),
        // `Null`, and whatever core may learn to hold: void is what AMQP has for neither.
        _ => AMQPValue::Void,
    }
}

/// A table as AMQP carries it.
pub(crate) fn table_to_amqp(table: TableRef<'_>) -> FieldTable {
    let mut fields = FieldTable::default();
    for (name, value) in table.iter() {
        fields.insert(ShortString::from(name), to_amqp(value));
    }
    fields
}

/// A value as AMQP brought it. Integers of every width are integers, decimals are floats, times are
/// seconds; text that is not UTF-8 is bytes.
pub(crate) fn from_amqp(value: &AMQPValue) -> Value {
    match value {
        AMQPValue::Boolean(value) => Value::Bool(*value),
        AMQPValue::ShortShortInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::ShortShortUInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::ShortInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::ShortUInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::LongInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::LongUInt(value) => Value::Int(i64::from(*value)),
        AMQPValue::LongLongInt(value) => Value::Int(*value),
        AMQPValue::Float(value) => Value::Float(f64::from(*value)),
        AMQPValue::Double(value) => Value::Float(*value),
        AMQPValue::DecimalValue(value) => {
            Value::Float(f64::from(value.value) / 10f64.powi(i32::from(value.scale)))
        }
        AMQPValue::ShortString(value) => Value::Text(value.as_str().to_owned()),
        AMQPValue::LongString(value) => match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(value.as_bytes().to_vec().into()),
        },
        AMQPValue::FieldArray(values) => {
            Value::List(values.as_slice().iter().map(from_amqp).collect())
        }
        AMQPValue::Timestamp(seconds) => Value::Int(i64::try_from(*seconds).unwrap_or(i64::MAX)),
        AMQPValue::FieldTable(table) => Value::Table(table_from_amqp(table)),
        AMQPValue::ByteArray(value) => Value::Bytes(value.as_slice().to_vec().into()),
        AMQPValue::Void => Value::Null,
    }
}

/// A table as AMQP brought it.
pub(crate) fn table_from_amqp(table: &FieldTable) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in table {
        insert(&mut headers, name.as_str(), value);
    }
    headers
}

/// Takes a header over. One that ours cannot hold (an empty name, a control character in it, depth
/// without end) is left out, and said so: it must not cost the event.
pub(crate) fn insert(headers: &mut Headers, name: &str, value: &AMQPValue) {
    let inserted = match value {
        // The usual kinds, without a copy on the way.
        AMQPValue::Boolean(value) => headers.insert(name, *value),
        AMQPValue::LongLongInt(value) => headers.insert(name, *value),
        AMQPValue::LongString(value) => match std::str::from_utf8(value.as_bytes()) {
            Ok(text) => headers.insert(name, text),
            Err(_) => headers.insert(name, from_amqp(&AMQPValue::LongString(value.clone()))),
        },
        other => headers.insert(name, from_amqp(other)),
    };
    if let Err(error) = inserted {
        tracing::warn!(%error, "a header of a delivery was left out");
    }
}

/// Bytes a field table takes on the wire (AMQP 0-9-1 §4.2.5.5), its length field included.
pub(crate) fn table_bytes(table: &FieldTable) -> usize {
    let entry =
        |(name, value): (&ShortString, &AMQPValue)| 1 + name.as_str().len() + value_bytes(value);
    4 + table.into_iter().map(entry).sum::<usize>()
}

/// Bytes of a value, its type octet included.
fn value_bytes(value: &AMQPValue) -> usize {
    1 + match value {
        AMQPValue::Void => 0,
        AMQPValue::Boolean(_) | AMQPValue::ShortShortInt(_) | AMQPValue::ShortShortUInt(_) => 1,
        AMQPValue::ShortInt(_) | AMQPValue::ShortUInt(_) => 2,
        AMQPValue::LongInt(_) | AMQPValue::LongUInt(_) | AMQPValue::Float(_) => 4,
        AMQPValue::DecimalValue(_) => 5,
        AMQPValue::LongLongInt(_) | AMQPValue::Double(_) | AMQPValue::Timestamp(_) => 8,
        AMQPValue::ShortString(text) => 1 + text.as_str().len(),
        AMQPValue::LongString(text) => 4 + text.len(),
        AMQPValue::ByteArray(bytes) => 4 + bytes.len(),
        AMQPValue::FieldArray(values) => {
            4 + values.as_slice().iter().map(value_bytes).sum::<usize>()
        }
        AMQPValue::FieldTable(table) => table_bytes(table),
    }
}
