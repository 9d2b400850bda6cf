//! Reads the serde form that the module `ser` writes.

use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::encode::Encode;
use super::packed::{self, RawValue, Refusal};
use super::ser::{BYTES, looks_tagged};
use super::{Headers, Value, ValueRef};

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Top;

        impl<'de> Visitor<'de> for Top {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of headers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut headers = Headers::new();
                let mut scratch = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    take_entry(
                        &mut map,
                        &name,
                        Headers::MAX_NESTING,
                        &mut headers,
                        &mut scratch,
                    )?;
                }
                Ok(headers)
            }
        }

        deserializer.deserialize_map(Top)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut out = Vec::new();
        let seed = ValueSeed {
            name: "value",
            out: &mut out,
            room: Headers::MAX_NESTING,
        };
        seed.deserialize(deserializer)?;
        Ok(ValueRef::from_raw(RawValue::split(&out).0).to_value())
    }
}

/// Reads the value that belongs to `name` and inserts it.
fn take_entry<'de, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
    room: usize,
    headers: &mut Headers,
    scratch: &mut Vec<u8>,
) -> Result<(), A::Error> {
    scratch.clear();
    map.next_value_seed(ValueSeed {
        name,
        out: scratch,
        room,
    })?;
    headers
        .insert(name, Packed(scratch))
        .map_err(de::Error::custom)
}

/// A value that is packed already, and was checked then.
struct Packed<'a>(&'a [u8]);

impl Encode for Packed<'_> {
    fn encode(self, out: &mut Vec<u8>, _: usize) -> Result<(), Refusal> {
        out.extend_from_slice(self.0);
        Ok(())
    }
}

/// Reads one value into packed form; nesting is counted, so that a bomb ends in an error.
struct ValueSeed<'a> {
    /// The header this is for, to name it in errors.
    name: &'a str,
    out: &'a mut Vec<u8>,
    room: usize,
}

impl ValueSeed<'_> {
    fn put<E: de::Error>(self, value: impl Encode) -> Result<(), E> {
        let name = self.name;
        value
            .encode(self.out, self.room)
            .map_err(|refusal| E::custom(refusal.at(name)))
    }

    fn inside<E: de::Error>(&self) -> Result<usize, E> {
        self.room
            .checked_sub(1)
            .ok_or_else(|| E::custom(Refusal::TooDeep.at(self.name)))
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.put(ValueRef::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.put(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.put(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.put(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.put(value)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.put(value)
    }

    fn visit_bytes<E: de::Error>(self, value: &[u8]) -> Result<(), E> {
        self.put(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let room = self.inside()?;
        let Self { name, out, .. } = self;
        let start = packed::begin_list(out);
        while values
            .next_element_seed(ValueSeed { name, out, room })?
            .is_some()
        {}
        packed::end_list(out, start).map_err(|refusal| de::Error::custom(refusal.at(name)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let room = self.inside()?;
        let mut table = Headers::new();
        let mut scratch = Vec::new();
        let mut next = map.next_key::<String>()?;
        if let Some(name) = next.take_if(|name| looks_tagged(name)) {
            map.next_value_seed(ValueSeed {
                name: &name,
                out: &mut scratch,
                room,
            })?;
            next = map.next_key()?;
            // Only a name that stands alone is a tag or has one `$` too many.
            match (&next, name.strip_prefix('$')) {
                (None, _) if name == BYTES => {
                    let bytes = from_hex(RawValue::split(&scratch).0).ok_or_else(|| {
                        de::Error::custom("`$bytes` takes text of hexadecimal digit pairs")
                    })?;
                    return self.put(&bytes[..]);
                }
                (None, Some(name)) => table.insert(name, Packed(&scratch)),
                _ => table.insert(&name, Packed(&scratch)),
            }
            .map_err(de::Error::custom)?;
        }
        while let Some(name) = next {
            take_entry(&mut map, &name, room, &mut table, &mut scratch)?;
            next = map.next_key()?;
        }
        self.put(&table)
    }
}

fn from_hex(value: RawValue<'_>) -> Option<Vec<u8>> {
    let ValueRef::Text(text) = ValueRef::from_raw(value) else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}
