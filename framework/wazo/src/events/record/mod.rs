//! What all typed contents share, written once for all of them: generated code for several hundred
//! types would otherwise take minutes to compile.

mod json;
mod macros;
mod read;
mod rest;
mod typed;
mod write;

pub(super) use json::write_json;
pub(super) use macros::{event, fields, record};
pub(super) use read::read;
pub use rest::Rest;
pub(super) use typed::{Fill, Slot, Typed, take_record};
pub(super) use write::{debug, field, is_equal, write};

use serde_json::Value;

/// An object with fields of its own, and a rest.
pub(super) trait Record: Send + Sync {
    /// The type's name.
    fn type_name(&self) -> &'static str;
    /// The keys of its fields; those of the content come first.
    fn keys(&self) -> &'static [&'static str];
    /// How many of them are the content's; the others are headers or variables alone.
    fn content(&self) -> usize;
    /// Keys that have the same value in every such event.
    fn constants(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
    /// A field's value.
    fn slot(&self, at: usize) -> Slot<'_>;
    /// Sets a field; a value that does not fit comes back.
    fn fill(&mut self, at: usize, value: Value) -> Result<(), Value>;
    /// What no field holds.
    fn rest(&self) -> &Rest;
    /// The same, to be changed.
    fn rest_mut(&mut self) -> &mut Rest;
}
