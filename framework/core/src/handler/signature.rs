//! What a handler's signature must be, asked for piece by piece.

use std::future::Future;

use super::extract::typed;
use super::{Context, FromContext, HandlerFuture, IntoOutcome};
use crate::event::Event;
use crate::handler_error::HandlerError;

/// A function of up to six parameters, called with all of them at once.
pub trait HandlerFn<Args> {
    /// What calling it gives.
    type Future;

    /// Calls it.
    fn start(&self, parameters: Args) -> Self::Future;
}

/// A future, asked for in words that a handler's author understands.
#[diagnostic::on_unimplemented(
    message = "a handler is an `async fn`, this one returns `{Self}` at once",
    label = "not async",
    note = "write `async fn`, or return a future"
)]
pub trait Asynchronous {
    /// What the future gives.
    type Output;

    /// Waits for the outcome.
    fn run(self) -> HandlerFuture
    where
        Self: Send + 'static,
        Self::Output: IntoOutcome;
}

#[diagnostic::do_not_recommend]
impl<Fut: Future> Asynchronous for Fut {
    type Output = Fut::Output;

    fn run(self) -> HandlerFuture
    where
        Self: Send + 'static,
        Self::Output: IntoOutcome,
    {
        Box::pin(async move { self.await.into_outcome() })
    }
}

/// The parameters of a typed event's handler: the event, then anything that is [`FromContext`].
#[diagnostic::on_unimplemented(
    message = "a handler given to `.on(…)` takes a typed event first",
    label = "takes no event",
    note = "a handler without a typed event is registered with `.on_name(…)`"
)]
pub trait TypedParameters: Sized {
    /// The event.
    type Event: Event;

    /// Makes the parameters.
    ///
    /// # Errors
    /// What making a parameter gave.
    fn read(context: &Context) -> Result<Self, HandlerError>;
}

/// The parameters of a handler of any event: anything that is [`FromContext`].
pub trait RawParameters: Sized {
    /// Makes the parameters.
    ///
    /// # Errors
    /// What making a parameter gave.
    fn read(context: &Context) -> Result<Self, HandlerError>;
}

macro_rules! handler_fn {
    ($($param:ident $value:ident)*) => {
        impl<F, Fut, $($param),*> HandlerFn<($($param,)*)> for F
        where
            F: Fn($($param),*) -> Fut,
        {
            type Future = Fut;

            fn start(&self, ($($value,)*): ($($param,)*)) -> Fut {
                self($($value),*)
            }
        }
    };
}

handler_fn! {}
handler_fn! { P1 p1 }
handler_fn! { P1 p1 P2 p2 }
handler_fn! { P1 p1 P2 p2 P3 p3 }
handler_fn! { P1 p1 P2 p2 P3 p3 P4 p4 }
handler_fn! { P1 p1 P2 p2 P3 p3 P4 p4 P5 p5 }
handler_fn! { P1 p1 P2 p2 P3 p3 P4 p4 P5 p5 P6 p6 }

macro_rules! parameters {
    ($first:ident $($other:ident)*) => {
        impl<$first: FromContext, $($other: FromContext),*> RawParameters for ($first, $($other,)*) {
            fn read(context: &Context) -> Result<Self, HandlerError> {
                Ok(($first::from_context(context)?, $($other::from_context(context)?,)*))
            }
        }

        impl<$first: Event, $($other: FromContext),*> TypedParameters for ($first, $($other,)*) {
            type Event = $first;

            fn read(context: &Context) -> Result<Self, HandlerError> {
                Ok((typed(context)?, $($other::from_context(context)?,)*))
            }
        }
    };
}

impl RawParameters for () {
    fn read(_: &Context) -> Result<Self, HandlerError> {
        Ok(())
    }
}

parameters! { P1 }
parameters! { P1 P2 }
parameters! { P1 P2 P3 }
parameters! { P1 P2 P3 P4 }
parameters! { P1 P2 P3 P4 P5 }
parameters! { P1 P2 P3 P4 P5 P6 }
