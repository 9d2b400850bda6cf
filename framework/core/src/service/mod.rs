//! Services: a bus, handlers, and a life from start to drain.

mod bindings;
mod builder;
mod changes;
mod options;
mod running;

pub use builder::{BuildError, Service, ServiceBuilder};
pub use options::HandlerOptions;
pub use running::{RunningService, ServiceError, ServiceHandle};
