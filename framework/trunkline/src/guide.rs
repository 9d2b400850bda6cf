//! The guide. It is part of the documentation alone; its programs are run as tests, and so are
//! the commands it shows.

#[doc = include_str!("../docs/getting-started.md")]
pub mod getting_started {}

#[doc = include_str!("../docs/concepts.md")]
pub mod concepts {}

#[doc = include_str!("../docs/guarantees.md")]
pub mod guarantees {}

#[doc = include_str!("../docs/migrating.md")]
pub mod migrating {}

#[doc = include_str!("../docs/operating.md")]
pub mod operating {}

#[doc = include_str!("../docs/writing-a-transport.md")]
pub mod writing_a_transport {}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
