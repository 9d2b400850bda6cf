//! The C interface between Trunkline and its plugins, version 1.
//!
//! A plugin is a shared library with two symbols: [`META_SYMBOL`], plain bytes that say what the
//! plugin is and can be read from the file without loading it ([`Meta`]), and [`ENTRY_SYMBOL`], the
//! function that exchanges two tables of functions ([`Host`], [`Plugin`]). Nothing else is needed:
//! the same definitions in C are `include/trunkline_plugin.h`, generated from these.
//!
//! Authors in Rust use the crate `trunkline-plugin`, which makes all of this disappear. Those whose
//! compiler is too old for that one use this: it builds with Rust 1.63.
//!
//! # Rules
//! 1. Whoever allocates frees. Every pointer that crosses is borrowed; nothing is freed across.
//! 2. An [`Event`], and what it points to, is valid until `handle` returns something other than
//!    [`PENDING`], or until the plugin's `complete` for its token returns: also after a time-out.
//! 3. A token is completed once. Whatever comes after that is ignored, and counted. `complete` may
//!    be called on any thread, also before `handle` has returned.
//! 4. Messages go through `complete`, also those of handlers that are done at once: they complete,
//!    then return the same status. The host copies before it returns.
//! 5. `handle`, `cancel` and `published` may run at once on several threads. The entry, `shutdown`
//!    and `destroy` run once, alone. `handle` is never called before the entry has returned nor
//!    after `shutdown` was called; `destroy` comes after the last completion.
//! 6. Nothing unwinds across, in either direction.
//! 7. Functions of the host never block.
//!
//! # Versions
//! The major version is in the names of the symbols. Within it, structs grow at their end: each
//! begins with its `size`, and a field is read only if `size` covers it. [`Bytes`] and [`Header`]
//! are elements of arrays and never grow. Flags and manifest keys that are not known are ignored.

#![no_std]
// Said here too, for compilers that do not read the manifest.
#![deny(unsafe_op_in_unsafe_fn)]

#[cfg(feature = "std")]
extern crate std;

pub mod manifest;
mod meta;
mod status;
mod tables;
mod view;

pub use meta::{Meta, MetaError, MetaHead, META_CANNOT_ABORT, META_DEBUG_BUILD, META_MAGIC};
pub use status::{
    CANCELLED, DENIED, FAILED, LIMIT, OK, PANIC, PENDING, REJECT, RETRY, SKIP, UNSUPPORTED,
};
pub use tables::{
    Entry, Host, Plugin, HOST_SHARES_STATICS, LOG_DEBUG, LOG_ERROR, LOG_INFO, LOG_OFF, LOG_TRACE,
    LOG_WARN, METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM,
};
pub use view::{
    Audience, Bytes, Event, Header, Publication, Reply, EVENT_RETAINED, HEADER_BOOL, HEADER_BYTES,
    HEADER_FLOAT, HEADER_INT, HEADER_JSON, HEADER_NULL, HEADER_TEXT, LEVEL_MULTI_USER,
    LEVEL_SERVICE, LEVEL_TENANT, LEVEL_USER,
};

/// Major version of the interface: part of the symbols' names.
pub const ABI_MAJOR: u32 = 1;
/// Minor version: grows whenever a field or a meaning is added.
pub const ABI_MINOR: u32 = 0;
/// The symbol of the descriptor.
pub const META_SYMBOL: &str = "trunkline_plugin_meta_v1";
/// What the symbols of descriptors begin with, whatever their major version.
pub const META_SYMBOL_STEM: &str = "trunkline_plugin_meta_v";
/// The symbol of the entry function.
pub const ENTRY_SYMBOL: &str = "trunkline_plugin_entry_v1";
