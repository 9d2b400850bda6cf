//! Calling handlers of any signature.

use std::borrow::Cow;
use std::pin::Pin;

use trunkline_core::Event;

use crate::argument::Argument;
use crate::{Context, HandlerError, Result};

/// A handler at work.
pub(crate) type Working<'a> = Pin<Box<dyn Future<Output = Result> + Send + 'a>>;

/// What calling a handler gives: its outcome, or its work.
#[expect(
    missing_debug_implementations,
    reason = "what the macro writes alone sees it"
)]
pub enum Answer<'a> {
    /// It is done.
    Now(Result),
    /// It wants to be polled.
    Later(Pin<Box<dyn Future<Output = Result> + Send + 'a>>),
}

/// What handlers may return.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    note = "return `()`, or `Result<(), E>` where `E` is an error or `HandlerError`"
)]
pub trait Outcome {
    /// Makes the outcome of it.
    fn into_outcome(self) -> Result;
}

impl Outcome for () {
    fn into_outcome(self) -> Result {
        Ok(())
    }
}

impl<E: Into<HandlerError>> Outcome for std::result::Result<(), E> {
    fn into_outcome(self) -> Result {
        self.map_err(Into::into)
    }
}

/// A method of `S` that is a handler; `Form` says which kind it is and what it takes.
#[diagnostic::on_unimplemented(
    message = "this method is not a handler",
    note = "a handler takes `&self` and up to three of: a type that is `Deserialize`, `Event<'_>`, `&Context`",
    note = "it returns `()` or `Result<(), E>`, and if it is an `async fn`, its future is `Send`"
)]
pub trait Call<'a, S, Form> {
    /// The kind of handler, as manifests have it.
    const KIND: &'static str;

    /// Calls it.
    fn call(&self, plugin: &'a S, context: &'a Context) -> Answer<'a>;
}

/// Marks a `fn`.
#[expect(missing_debug_implementations, reason = "nobody has one")]
pub enum Blocking {}
/// Marks an `async fn`.
#[expect(missing_debug_implementations, reason = "nobody has one")]
pub enum Async {}

macro_rules! call {
    ($($argument:ident $value:ident),*) => {
        impl<'a, S, F, R, $($argument),*> Call<'a, S, (Blocking, $($argument,)*)> for F
        where
            S: 'a,
            F: Fn(&'a S, $($argument),*) -> R,
            R: Outcome,
            $($argument: Argument<'a>,)*
        {
            const KIND: &'static str = "sync";

            fn call(&self, plugin: &'a S, _context: &'a Context) -> Answer<'a> {
                $(let $value = match $argument::take(_context) {
                    Ok(value) => value,
                    Err(error) => return Answer::Now(Err(error)),
                };)*
                Answer::Now(self(plugin, $($value),*).into_outcome())
            }
        }

        impl<'a, S, F, Fut, $($argument),*> Call<'a, S, (Async, $($argument,)*)> for F
        where
            S: 'a,
            F: Fn(&'a S, $($argument),*) -> Fut,
            Fut: Future<Output: Outcome> + Send + 'a,
            $($argument: Argument<'a>,)*
        {
            const KIND: &'static str = "async";

            fn call(&self, plugin: &'a S, _context: &'a Context) -> Answer<'a> {
                $(let $value = match $argument::take(_context) {
                    Ok(value) => value,
                    Err(error) => return Answer::Now(Err(error)),
                };)*
                let working = self(plugin, $($value),*);
                Answer::Later(Box::pin(async move { working.await.into_outcome() }))
            }
        }
    };
}

call! {}
call! { A a }
call! { A a, B b }
call! { A a, B b, C c }

/// Calls a handler.
pub fn call<'a, S, F, Form>(handler: &F, plugin: &'a S, context: &'a Context) -> Answer<'a>
where
    F: Call<'a, S, Form>,
{
    handler.call(plugin, context)
}

/// The kind of a handler, while compiling.
pub const fn kind<'a, S, F, Form>(_: &F) -> &'static str
where
    F: Call<'a, S, Form>,
{
    F::KIND
}

/// A handler, and what is known of the event it takes.
#[expect(
    missing_debug_implementations,
    reason = "what the macro writes alone sees it"
)]
pub struct Route<P> {
    pub(crate) call: for<'a> fn(&'a P, &'a Context) -> Answer<'a>,
    /// Whether it never answers later.
    pub(crate) is_sync: bool,
    pub(crate) content: ContentForm,
}

/// What a typed event's content needs, to be read.
#[derive(Clone, Copy)]
pub(crate) struct ContentForm {
    pub(crate) is_unit: bool,
    pub(crate) header_fields: fn() -> &'static [Cow<'static, str>],
}

impl<P> Route<P> {
    /// A handler of events by name or key.
    pub const fn new(call: for<'a> fn(&'a P, &'a Context) -> Answer<'a>, kind: &str) -> Self {
        let content = ContentForm {
            is_unit: false,
            header_fields: || &[],
        };
        Self {
            call,
            is_sync: matches!(kind.as_bytes(), b"sync"),
            content,
        }
    }

    /// A handler of a typed event.
    pub const fn typed<E: Event>(
        call: for<'a> fn(&'a P, &'a Context) -> Answer<'a>,
        kind: &str,
    ) -> Self {
        let content = ContentForm {
            is_unit: E::IS_UNIT,
            header_fields: || &E::definition().header_fields,
        };
        Self {
            call,
            is_sync: matches!(kind.as_bytes(), b"sync"),
            content,
        }
    }
}
