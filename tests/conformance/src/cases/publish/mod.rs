//! Chapter 1: publish and subscribe.

mod apart;
mod basics;
mod batch;
mod lifecycle;
mod options;

pub use apart::*;
pub use basics::*;
pub use batch::*;
pub use lifecycle::*;
pub use options::*;
