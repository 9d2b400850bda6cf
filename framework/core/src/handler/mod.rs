//! Handlers: async functions over what they need of an event.

mod context;
mod extract;
mod function;
mod layer;
mod signature;
mod spawned;

pub use context::{Context, State};
pub(crate) use context::{Shared, StateMap};
pub use extract::{Attempt as AttemptNumber, Data, EventName, FromContext};
pub(crate) use function::{DynHandler, RawFn, TypedFn};
pub use function::{HandlerFuture, IntoOutcome, RawHandler, TypedHandler};
pub use layer::HandlerService;
pub(crate) use layer::{HandlerLayer, LayerAdapter};
pub use signature::{Asynchronous, HandlerFn, RawParameters, TypedParameters};
pub(crate) use spawned::{SpawnLayer, Spawned};
