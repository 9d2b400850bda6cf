//! A close look at JSON that a person or a program handed in.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::object::Name;
use super::{Object, is_deeper, is_integer, text};

/// What is wrong with JSON that was handed in.
#[derive(Debug)]
pub(crate) enum Flaw {
    TooDeep,
    Duplicate(String),
    /// A number no `f64` comes near, or text with half a surrogate pair.
    Unreadable(serde_json::Error),
}

/// Checks that JSON text nests no deeper than `levels` and names nothing twice, and that every
/// reader can read its texts and numbers.
pub(crate) fn check(json: &str, levels: usize) -> Result<(), Flaw> {
    if is_deeper(json.as_bytes(), levels) {
        return Err(Flaw::TooDeep);
    }
    let mut twice = None;
    let mut reader = serde_json::Deserializer::from_str(json);
    let looked = Look { twice: &mut twice }.deserialize(&mut reader);
    match (looked, twice) {
        (_, Some(name)) => Err(Flaw::Duplicate(name)),
        (Err(error), None) => Err(Flaw::Unreadable(error)),
        (Ok(()), None) => Ok(()),
    }
}

/// Makes a value that holds exactly what checked JSON text says; `None` for integers beyond 64 bits.
pub(crate) fn exact(json: &str) -> Option<Value> {
    match json.as_bytes().first()? {
        b'{' => {
            let members = Object::parse(json).ok()?.into_members();
            let members = members.map(|(name, value)| Some((name.into_owned(), exact(value)?)));
            Some(Value::Object(members.collect::<Option<Map<_, _>>>()?))
        }
        b'[' => {
            let items: Vec<&serde_json::value::RawValue> = serde_json::from_str(json).ok()?;
            items
                .into_iter()
                .map(|item| exact(item.get()))
                .collect::<Option<_>>()
                .map(Value::Array)
        }
        b'"' => text(json).map(|text| Value::String(text.into_owned())),
        b't' | b'f' | b'n' => serde_json::from_str(json).ok(),
        _ if is_integer(json) => {
            let small = json.parse::<i64>().map(Number::from);
            let number = small.or_else(|_| json.parse::<u64>().map(Number::from));
            number.ok().map(Value::Number)
        }
        _ => Number::from_f64(json.parse().ok()?).map(Value::Number),
    }
}

/// Walks a value and keeps nothing but a name that is there twice.
struct Look<'a> {
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items
            .next_element_seed(Look { twice: self.twice })?
            .is_some()
        {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key_seed(Name)? {
            map.next_value_seed(Look { twice: self.twice })?;
            if let Some(name) = names.replace(name) {
                self.twice.get_or_insert(name.into_owned());
            }
        }
        Ok(())
    }
}
