//! Values to and from `serde_json`, for programs that hold JSON. What JSON cannot hold is refused;
//! the serde form, which is lossless, is in the module `ser`.

use serde_json::{Map, Number, Value as Json};

use super::{HeaderError, Headers, Value, ValueRef};

/// The name in errors about a value that has none.
const UNNAMED: &str = "value";

impl TryFrom<ValueRef<'_>> for Json {
    type Error = HeaderError;

    /// Fails on bytes with [`HeaderError::BytesInJson`], on NaN and infinities with
    /// [`HeaderError::NotFiniteInJson`].
    fn try_from(value: ValueRef<'_>) -> Result<Self, HeaderError> {
        to_json(UNNAMED, value)
    }
}

impl TryFrom<&Value> for Json {
    type Error = HeaderError;

    /// Fails as the conversion of a [`ValueRef`] does.
    fn try_from(value: &Value) -> Result<Self, HeaderError> {
        to_json(UNNAMED, value.as_ref())
    }
}

impl TryFrom<&Headers> for Json {
    type Error = HeaderError;

    /// Fails as the conversion of a [`ValueRef`] does.
    fn try_from(headers: &Headers) -> Result<Self, HeaderError> {
        to_json(UNNAMED, ValueRef::Table(headers.as_table()))
    }
}

impl TryFrom<&Json> for Value {
    type Error = HeaderError;

    /// Fails on integers above `i64::MAX` with [`HeaderError::IntegerTooLarge`], on names and
    /// nesting as [`Headers::insert`] does.
    fn try_from(json: &Json) -> Result<Self, HeaderError> {
        from_json(UNNAMED, json, Headers::MAX_NESTING)
    }
}

impl TryFrom<Json> for Value {
    type Error = HeaderError;

    /// Fails as the conversion of a borrowed one does.
    fn try_from(json: Json) -> Result<Self, HeaderError> {
        Self::try_from(&json)
    }
}

fn to_json(name: &str, value: ValueRef<'_>) -> Result<Json, HeaderError> {
    Ok(match value {
        ValueRef::Null => Json::Null,
        ValueRef::Bool(value) => Json::Bool(value),
        ValueRef::Int(value) => Json::from(value),
        ValueRef::Float(value) => Number::from_f64(value).map(Json::Number).ok_or_else(|| {
            HeaderError::NotFiniteInJson {
                name: name.to_owned(),
            }
        })?,
        ValueRef::Text(value) => Json::from(value),
        ValueRef::Bytes(_) => {
            return Err(HeaderError::BytesInJson {
                name: name.to_owned(),
            });
        }
        ValueRef::List(values) => values
            .iter()
            .map(|value| to_json(name, value))
            .collect::<Result<_, _>>()
            .map(Json::Array)?,
        ValueRef::Table(table) => table
            .iter()
            .map(|(name, value)| Ok((name.to_owned(), to_json(name, value)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Json::Object)?,
    })
}

fn from_json(name: &str, json: &Json, room: usize) -> Result<Value, HeaderError> {
    let inside = || {
        let too_deep = || HeaderError::TooDeep {
            name: name.to_owned(),
            limit: Headers::MAX_NESTING,
        };
        room.checked_sub(1).ok_or_else(too_deep)
    };
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Value::Int(int),
            (None, Some(float)) if number.is_f64() => Value::Float(float),
            _ => {
                return Err(HeaderError::IntegerTooLarge {
                    name: name.to_owned(),
                });
            }
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(values) => {
            let room = inside()?;
            let values = values.iter().map(|value| from_json(name, value, room));
            Value::List(values.collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let room = inside()?;
            let mut table = Headers::new();
            for (name, value) in members {
                table.insert(name, from_json(name, value, room)?)?;
            }
            Value::Table(table)
        }
    })
}
