//! The host, on plugins compiled from C here and now: any language that speaks C is as good.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod announcing;
mod away;
mod code;
mod failures;
mod handling;
mod load;
#[path = "../shared/log.rs"]
mod log;
mod ordinary;
mod publishing;
mod reload;
mod support;
mod telling;
mod watching;
