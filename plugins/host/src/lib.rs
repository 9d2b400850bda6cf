//! Loads Trunkline plugins while a service runs, bounds them, and swaps them without losing an
//! event.
//!
//! A [`PluginHost`] loads shared libraries that speak the C interface of the crate
//! `trunkline-plugin-abi` into a running service. Each of a plugin's handlers is an ordinary
//! handler of that service. What is loaded is a private copy of bytes that were inspected before
//! anything of them ran; a file that is refused is refused with one sentence ([`Refusal`]), and
//! neither the host nor any other plugin is touched by it.
//!
//! A newer file of a plugin's name takes its place: the new version starts first, one pointer is
//! switched, the old version finishes what it has. The subscription is not touched.
//!
//! # What a plugin can still do
//! It is native code in this process. It is kept from panicking, from taking too long, from
//! taking all threads, and from publishing what it may not. Nothing keeps it from a segmentation
//! fault, `abort`, `exit`, a stack overflow or from overwriting memory. Load what you trust.

mod counters;
mod cpu;
mod file;
mod gate;
mod generation;
mod host;
mod inspect;
mod link;
mod manifest;
mod native;
mod options;
mod plugin;
mod rate;
mod refusal;
mod seal;
mod signature;
mod status;
mod sync;
mod watch;

pub use counters::PluginCounts;
pub use host::PluginHost;
pub use inspect::Inspected;
pub use manifest::{HandlerKind, HandlerManifest, Manifest};
pub use options::{HostOptions, PluginSettings};
pub use refusal::{LinkProblem, LoadError, Refusal, RefusedFile};
pub use seal::seal;
pub use signature::{TrustedKey, TrustedKeyError};
pub use status::{PluginState, PluginStatus};
pub use watch::Watching;
