//! Async functions as handlers.

use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use super::Context;
use super::signature::{Asynchronous, HandlerFn, RawParameters, TypedParameters};
use crate::event::Event;
use crate::handler_error::HandlerError;

/// What running a handler gives.
pub type HandlerFuture = BoxFuture<'static, Result<(), HandlerError>>;

/// What a handler may return: `()`, or a `Result` whose error is or becomes a [`HandlerError`].
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "returns neither `()` nor `Result<(), E>`",
    note = "return `()`, or `Result<(), E>` where `E` is an error or `HandlerError`",
    note = "a `String`, a boxed error or the like becomes one with `.map_err(HandlerError::retry)`"
)]
pub trait IntoOutcome {
    /// Turns what the handler returned into its outcome.
    ///
    /// # Errors
    /// The handler's own failure.
    fn into_outcome(self) -> Result<(), HandlerError>;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<(), HandlerError> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Into<HandlerError>> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> Result<(), HandlerError> {
        self.map_err(Into::into)
    }
}

/// An async function whose first parameter is a typed event.
///
/// Implemented for functions and closures of up to six parameters: the event, then anything that
/// is [`FromContext`](super::FromContext).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not an `async fn` of up to six parameters",
    note = "name the function, do not call it: `.on(wrap_up)`",
    note = "take each parameter by value; put what more than six would bring into one `State<T>`"
)]
pub trait TypedHandler<Args>: Send + Sync + 'static {
    /// The event handled.
    type Event: Event;

    /// Runs the handler, or says why its parameters could not be made.
    ///
    /// # Errors
    /// What making a parameter gave.
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError>;
}

/// An async function over anything that is [`FromContext`](super::FromContext), for events of any
/// type.
///
/// Implemented for functions and closures of up to six parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not an `async fn` of up to six parameters",
    note = "name the function, do not call it: `.on_name(\"call_*\", audit)`",
    note = "take each parameter by value; put what more than six would bring into one `State<T>`"
)]
pub trait RawHandler<Args>: Send + Sync + 'static {
    /// Runs the handler, or says why its parameters could not be made.
    ///
    /// # Errors
    /// What making a parameter gave.
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError>;
}

// One implementation for all numbers of parameters: so the compiler names the parameter or the result
// at fault, where of one implementation for each number it could only say that none fits.

impl<H, Args> TypedHandler<Args> for H
where
    H: HandlerFn<Args> + Send + Sync + 'static,
    Args: TypedParameters,
    H::Future: Asynchronous<Output: IntoOutcome> + Send + 'static,
{
    type Event = Args::Event;

    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        Ok(self.start(Args::read(context)?).run())
    }
}

impl<H, Args> RawHandler<Args> for H
where
    H: HandlerFn<Args> + Send + Sync + 'static,
    Args: RawParameters,
    H::Future: Asynchronous<Output: IntoOutcome> + Send + 'static,
{
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        Ok(self.start(Args::read(context)?).run())
    }
}

/// A handler whose parameters are forgotten.
pub(crate) trait DynHandler: Send + Sync + 'static {
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError>;
}

/// A typed handler with its parameters' types beside it.
pub(crate) struct TypedFn<H, Args>(pub(crate) H, PhantomData<fn(Args)>);

impl<H, Args> TypedFn<H, Args> {
    pub(crate) fn new(handler: H) -> Self {
        Self(handler, PhantomData)
    }
}

impl<H: TypedHandler<Args>, Args: 'static> DynHandler for TypedFn<H, Args> {
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        self.0.call(context)
    }
}

/// A raw handler with its parameters' types beside it.
pub(crate) struct RawFn<H, Args>(pub(crate) H, PhantomData<fn(Args)>);

impl<H, Args> RawFn<H, Args> {
    pub(crate) fn new(handler: H) -> Self {
        Self(handler, PhantomData)
    }
}

impl<H: RawHandler<Args>, Args: 'static> DynHandler for RawFn<H, Args> {
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        self.0.call(context)
    }
}
