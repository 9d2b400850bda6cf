//! Routing deliveries to handlers and settling them.

mod driver;
mod handlers;
mod lanes;
mod metrics;
mod outcome;
mod retry;
mod run;
mod tries;

pub use driver::DrainReport;
pub(crate) use driver::{Driver, Stop};
pub use handlers::HandlerId;
pub(crate) use handlers::{HandlerTable, NewHandler};
pub use lanes::Lanes;
pub(crate) use metrics::ServiceMetrics;
pub use outcome::Guarantee;
pub use retry::RetryPolicy;
pub(crate) use run::{Dispatcher, DispatcherSettings};
