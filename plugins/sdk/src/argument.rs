//! What handlers take.

use serde::de::DeserializeOwned;

use crate::{Context, Event, Result};

/// A handler's parameter, made from an event that lives for `'a`.
#[diagnostic::on_unimplemented(
    message = "a handler cannot take a `{Self}`",
    label = "neither `Deserialize`, nor `Event`, nor `&Context`",
    note = "handlers take what the event says (any type that is `Deserialize`), `Event<'_>` and `&Context`"
)]
pub trait Argument<'a>: Sized {
    /// Makes the parameter.
    ///
    /// # Errors
    /// A rejection, if the event does not say what is asked for.
    fn take(context: &'a Context) -> Result<Self>;
}

impl<'a, T: DeserializeOwned> Argument<'a> for T {
    fn take(context: &'a Context) -> Result<Self> {
        context.content()
    }
}

impl<'a> Argument<'a> for Event<'a> {
    fn take(context: &'a Context) -> Result<Self> {
        Ok(context.event())
    }
}

impl<'a> Argument<'a> for &'a Context {
    fn take(context: &'a Context) -> Result<Self> {
        Ok(context)
    }
}
