//! Chapter 1: publish and subscribe.

mod apart;
mod at_once;
mod basics;
mod batch;
mod bindings;
mod lifecycle;
mod options;

pub use apart::*;
pub use at_once::*;
pub use basics::*;
pub use batch::*;
pub use bindings::*;
pub use lifecycle::*;
pub use options::*;
