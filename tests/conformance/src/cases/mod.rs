//! The cases, one function for each promise, by chapter.
//!
//! Each of them is called by the tests that [`suite!`](crate::suite) makes, and is listed with its
//! id by [`cases`](crate::cases()).

pub mod connection;
pub mod flow;
pub mod groups;
pub mod matching;
pub mod payloads;
pub mod publish;
pub mod services;
pub mod settlement;
