//! What the derive macros write, and what stands behind the handler traits; it may change in any
//! release.

use serde::Serialize;
pub use serde_json::value::Serializer as ValueSerializer;
use serde_json::{Result, Value};

pub use crate::handler::{Asynchronous, HandlerFn, RawParameters, TypedParameters};

/// What [`Event::field`](crate::Event::field) gives.
pub type FieldValue = Option<Result<Value>>;

/// The value of a field.
pub fn value<T: Serialize + ?Sized>(field: &T) -> FieldValue {
    Some(serde_json::to_value(field))
}

/// The value of one key of what a flattened field adds to its event.
pub fn flattened(field: FieldValue, key: &str) -> FieldValue {
    match field? {
        Ok(Value::Object(mut keys)) => keys.remove(key).map(Ok),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}
