//! What no field holds.

use serde_json::{Map, Value};

/// What an event has beside the fields of its type.
///
/// Beside keys the type does not name, and values that do not fit their field, it remembers which
/// fields were left out, so that they are left out again.
#[derive(Clone, Default)]
pub struct Rest {
    pub(super) extra: Map<String, Value>,
    /// Fields that were not there, a bit each; a set field is written all the same.
    pub(super) absent: u64,
}

impl Rest {
    /// No more than the fields, of which these are left out while they are `None`.
    pub(in crate::events) fn omitting(absent: u64) -> Self {
        Self {
            extra: Map::new(),
            absent,
        }
    }

    /// A value no field holds.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.extra.get(key)
    }

    /// Adds a value; that of a field which is `None` is written in its place.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.extra.insert(key.into(), value.into());
    }

    /// Walks what no field holds.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.extra.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Tells whether the fields are all there is.
    pub fn is_empty(&self) -> bool {
        self.extra.is_empty()
    }

    pub(super) fn is_absent(&self, at: usize) -> bool {
        self.absent & (1 << at) != 0
    }
}

impl PartialEq for Rest {
    /// A field that is null and one that is left out say the same.
    fn eq(&self, other: &Self) -> bool {
        self.extra == other.extra
    }
}

impl std::fmt::Debug for Rest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(&self.extra).finish()
    }
}
