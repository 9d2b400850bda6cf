//! The fields of a line, each read by itself, so that what is refused can be named.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::dialects::Fault;

/// A JSON object read one level deep.
#[derive(Debug)]
pub(crate) struct Fields<'a>(HashMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    /// Reads a line.
    pub(crate) fn of(line: &'a str) -> Result<Self, Fault> {
        if !line.trim_start().starts_with('{') {
            return Err(Fault::new("line", "not a JSON object"));
        }
        serde_json::from_str(line)
            .map(Self)
            .map_err(|error| Fault::new("line", error))
    }

    /// A field's JSON; absent and null are the same.
    pub(crate) fn get(&self, field: &str) -> Option<&'a RawValue> {
        self.0
            .get(field)
            .copied()
            .filter(|json| json.get() != "null")
    }

    /// Reads a field; absent and null are the same.
    pub(crate) fn read<T: Deserialize<'a>>(&self, field: &'static str) -> Result<Option<T>, Fault> {
        let read = self.get(field).map(|json| serde_json::from_str(json.get()));
        read.transpose().map_err(|error| Fault::new(field, error))
    }

    /// Reads a field that must be there.
    pub(crate) fn required<T: Deserialize<'a>>(&self, field: &'static str) -> Result<T, Fault> {
        let missing = || Fault::new(field, "missing; give it a value other than null");
        self.read(field)?.ok_or_else(missing)
    }
}
