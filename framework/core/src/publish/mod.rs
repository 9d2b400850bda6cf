//! Publishing events: the bus, publishers, and asking for an answer.

mod bus;
mod publisher;
mod request;
mod trace;

pub use bus::Bus;
pub use publisher::{Publication, PublishError, Publisher};
pub use request::{RequestError, Requester, answer};
pub use trace::{TRACEPARENT, TRACESTATE, TraceContext, TraceContextError};
