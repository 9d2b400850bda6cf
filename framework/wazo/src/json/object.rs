//! The members of a JSON object, each still text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use smallvec::SmallVec;

/// Members of an ordinary event's body; more are allocated.
const USUAL: usize = 12;

/// A JSON object read one level deep: its members in order, each name once, each value as text.
#[derive(Debug, Default)]
pub(crate) struct Object<'a> {
    members: SmallVec<[(Cow<'a, str>, &'a RawValue); USUAL]>,
}

/// Why JSON text is no [`Object`].
#[derive(Debug)]
pub(crate) enum ObjectError {
    NotJson(serde_json::Error),
    NotAnObject,
    Duplicate(String),
}

impl<'a> Object<'a> {
    /// Reads an object. Values are checked to be JSON, in a loop, however deep they nest.
    pub(crate) fn parse(json: &'a str) -> Result<Self, ObjectError> {
        if !json.trim_ascii_start().starts_with('{') {
            return Err(match serde_json::from_str::<IgnoredAny>(json) {
                Ok(_) => ObjectError::NotAnObject,
                Err(error) => ObjectError::NotJson(error),
            });
        }
        let mut object = Self::default();
        let mut reader = serde_json::Deserializer::from_str(json);
        (&mut reader)
            .deserialize_map(Members(&mut object))
            .and_then(|()| reader.end())
            .map_err(ObjectError::NotJson)?;
        match object.twice() {
            Some(name) => Err(ObjectError::Duplicate(name.to_owned())),
            None => Ok(object),
        }
    }

    /// The value of a member, as JSON text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.members
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.get())
    }

    /// Walks the members in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members
            .iter()
            .map(|(name, value)| (&**name, value.get()))
    }

    /// Takes the members, in order.
    pub(crate) fn into_members(self) -> impl Iterator<Item = (Cow<'a, str>, &'a str)> {
        self.members
            .into_iter()
            .map(|(name, value)| (name, value.get()))
    }

    /// A name that is there twice.
    fn twice(&self) -> Option<&str> {
        let names = || self.members.iter().map(|(name, _)| &**name);
        if self.members.len() <= USUAL {
            let twice = |&(at, name): &(usize, &str)| names().take(at).any(|other| other == name);
            return names().enumerate().find(twice).map(|(_, name)| name);
        }
        // A hostile body may have any number of members.
        let mut sorted: Vec<&str> = names().collect();
        sorted.sort_unstable();
        sorted
            .windows(2)
            .find(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
    }
}

/// Fills an object that is there already: it is too large to be handed around.
struct Members<'o, 'de>(&'o mut Object<'de>);

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            self.0.members.push((name, map.next_value()?));
        }
        Ok(())
    }
}

/// Reads a name, borrowed unless it has escapes.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cow<'de, str>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
