//! Async functions as handlers.

use std::future::Future;
use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use super::extract::typed;
use super::{Context, FromContext};
use crate::event::Event;
use crate::handler_error::HandlerError;

/// What running a handler gives.
pub type HandlerFuture = BoxFuture<'static, Result<(), HandlerError>>;

/// What a handler may return: `()`, or a `Result` whose error is or becomes a [`HandlerError`].
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    note = "return `()`, or `Result<(), E>` where `E` is an error or `HandlerError`"
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

impl<E: Into<HandlerError>> IntoOutcome for Result<(), E> {
    fn into_outcome(self) -> Result<(), HandlerError> {
        self.map_err(Into::into)
    }
}

/// An async function whose first parameter is a typed event.
///
/// Implemented for functions and closures of up to six parameters: the event, then anything that
/// is [`FromContext`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler of a typed event",
    label = "not a handler",
    note = "a handler is an `async fn` whose first parameter is a type deriving `ServiceEvent`, `TenantEvent`, `UserEvent` or `MultiUserEvent`, \
            whose other parameters are `FromContext`, and which returns `()` or `Result<(), E>`; \
            register one without a typed event with `.on_name(...)`"
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

/// An async function over anything that is [`FromContext`], for events of any type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handler",
    label = "not a handler",
    note = "a handler is an `async fn` whose parameters are `Context`, `Envelope`, `Publisher`, `State<T>` or others that are `FromContext`, \
            and which returns `()` or `Result<(), E>`; a handler of a typed event is registered with `.on(...)`"
)]
pub trait RawHandler<Args>: Send + Sync + 'static {
    /// Runs the handler, or says why its parameters could not be made.
    ///
    /// # Errors
    /// What making a parameter gave.
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError>;
}

macro_rules! handlers {
    ($($param:ident)*) => {
        impl<F, Fut, E, $($param),*> TypedHandler<(E, $($param,)*)> for F
        where
            F: Fn(E, $($param),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output: IntoOutcome> + Send + 'static,
            E: Event,
            $($param: FromContext,)*
        {
            type Event = E;

            fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
                let running = self(typed(context)?, $($param::from_context(context)?),*);
                Ok(Box::pin(async move { running.await.into_outcome() }))
            }
        }

        impl<F, Fut, $($param),*> RawHandler<($($param,)*)> for F
        where
            F: Fn($($param),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output: IntoOutcome> + Send + 'static,
            $($param: FromContext,)*
        {
            #[expect(clippy::allow_attributes, reason = "with no parameters `context` is unused")]
            #[allow(unused_variables, reason = "with no parameters `context` is unused")]
            fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
                let running = self($($param::from_context(context)?),*);
                Ok(Box::pin(async move { running.await.into_outcome() }))
            }
        }
    };
}

handlers! {}
handlers! { P1 }
handlers! { P1 P2 }
handlers! { P1 P2 P3 }
handlers! { P1 P2 P3 P4 }
handlers! { P1 P2 P3 P4 P5 }

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
