//! The types of fields.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use crate::names::camel;

/// What the data says of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// `string`, `integer`, `string|null`, ….
    Word(String),
    /// `["array", …]`.
    List(Box<Kind>),
    /// An object of these fields.
    Object(Fields),
}

/// Fields in the order the library writes them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Fields(Vec<(String, Kind)>);

impl Fields {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, Kind)> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(own, _)| own == key)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        match Kind::deserialize(reader)? {
            Kind::Object(fields) => Ok(fields),
            other => panic!("{other:?} are no fields"),
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Kind;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type")
            }
            fn visit_str<E>(self, word: &str) -> Result<Kind, E> {
                Ok(Kind::Word(word.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kind, A::Error> {
                let mut kinds = Vec::new();
                while let Some(kind) = list.next_element()? {
                    kinds.push(kind);
                }
                match &kinds[..] {
                    [Kind::Word(array), inner] if array == "array" => {
                        Ok(Kind::List(Box::new(inner.clone())))
                    }
                    // Of several, the one that says most; null goes without saying.
                    [first, Kind::Word(null)] if null == "null" => Ok(first.clone()),
                    other => panic!("{other:?} is no type"),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
                let mut fields = Vec::new();
                while let Some((key, kind)) = map.next_entry::<String, Kind>()? {
                    if key == "any_of" {
                        return Ok(kind);
                    }
                    fields.push((key, kind));
                }
                Ok(Kind::Object(Fields(fields)))
            }
        }
        reader.deserialize_any(Read)
    }
}

/// Records for objects inside contents, each shape once in a file.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// By key and fields.
    names: BTreeMap<String, String>,
    /// In the order they came, with their fields.
    pub(crate) records: Vec<(String, Fields)>,
}

impl Shapes {
    /// A type in Rust, and what is to be said of it.
    pub(crate) fn of(&mut self, prefix: &str, key: &str, said: &Kind) -> (String, String) {
        match said {
            Kind::Word(word) => word_type(word),
            Kind::List(inner) => {
                let (inner, note) = self.of(prefix, singular(key), inner);
                (format!("Vec<{inner}>"), note)
            }
            Kind::Object(fields) if fields.len() == 0 => word_type("object"),
            Kind::Object(fields) => (self.record(prefix, key, fields), String::new()),
        }
    }

    fn record(&mut self, prefix: &str, key: &str, fields: &Fields) -> String {
        // The same object under another key is another thing.
        let shape = format!("{key} {fields:?}");
        if let Some(name) = self.names.get(&shape) {
            return name.clone();
        }
        let mut name = format!("{prefix}{}", camel(key));
        while self.names.values().any(|taken| *taken == name) {
            name.push_str("Details");
        }
        self.names.insert(shape, name.clone());
        self.records.push((name.clone(), fields.clone()));
        name
    }
}

fn word_type(word: &str) -> (String, String) {
    let plain = word.strip_suffix("|null").unwrap_or(word);
    let rust = match plain {
        "string" => "String",
        "string(uuid)" => "UuidText",
        "string(date-time)" => "TimeText",
        "integer" => "i64",
        "number" => "Number",
        "boolean" => "bool",
        "object" => "Object",
        "any" | "null" => "Value",
        choice if choice.starts_with("enum(") => {
            let values = choice["enum(".len()..choice.len() - 1].split(',');
            let values: Vec<_> = values.map(|value| format!("`{value}`")).collect();
            return (
                "String".to_owned(),
                format!("One of {}.", values.join(", ")),
            );
        }
        other => panic!("`{other}` is no type"),
    };
    (rust.to_owned(), String::new())
}

fn singular(key: &str) -> &str {
    key.strip_suffix('s').unwrap_or(key)
}
