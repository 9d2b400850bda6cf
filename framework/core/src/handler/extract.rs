//! What a handler's parameters are made from.

use std::fmt;
use std::ops::Deref;

use serde::de::DeserializeOwned;

use super::{Context, State};
use crate::dialect::DialectExt;
use crate::envelope::{Envelope, EventId};
use crate::event::{Audience, Event, TenantId};
use crate::handler_error::HandlerError;
use crate::publish::Publisher;

/// A handler's parameter, made from the delivery.
#[diagnostic::on_unimplemented(
    message = "a handler cannot take a `{Self}`",
    label = "not something a delivery provides",
    note = "handlers take `Context`, `Envelope`, `Publisher`, `State<T>`, `Audience`, `TenantId`, `EventId`, `EventName`, `AttemptNumber` or `Data<T>`; \
            a typed event comes first and is registered with `.on(…)`",
    note = "take what handlers share as `State<T>`, by value, and give it with `.state(…)`"
)]
pub trait FromContext: Sized {
    /// Makes the parameter.
    ///
    /// # Errors
    /// [`HandlerError`] when this delivery cannot provide it.
    fn from_context(context: &Context) -> Result<Self, HandlerError>;
}

/// Reads the event a delivery carries.
pub(super) fn typed<E: Event>(context: &Context) -> Result<E, HandlerError> {
    context
        .bus()
        .dialect()
        .decode(context.envelope())
        .map_err(HandlerError::undecodable)
}

impl FromContext for Context {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.clone())
    }
}

impl FromContext for Envelope {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.envelope().clone())
    }
}

impl FromContext for Publisher {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        Ok(context.publisher())
    }
}

impl FromContext for Audience {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        context.audience().map_err(HandlerError::undecodable)
    }
}

/// The event's tenant; a service event, which has none, is refused as undecodable.
impl FromContext for TenantId {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        let audience = Audience::from_context(context)?;
        audience.tenant().cloned().ok_or_else(|| {
            HandlerError::undecodable("the handler takes a `TenantId`, the event has no tenant")
        })
    }
}

impl FromContext for EventId {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        context.envelope().id().cloned().ok_or_else(|| {
            HandlerError::undecodable("the handler takes an `EventId`, the event has none")
        })
    }
}

impl<T: FromContext> FromContext for Option<T> {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        Ok(T::from_context(context).ok())
    }
}

/// What the service was built with; a missing one is a mistake in the program, and is retried
/// like any other failure so that nothing is lost.
impl<T: Send + Sync + 'static> FromContext for State<T> {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        context.state().ok_or_else(|| {
            let wanted = std::any::type_name::<T>();
            HandlerError::retry(format!(
                "the service has no state of type `{wanted}`; add `.state(…)` when building it"
            ))
        })
    }
}

/// The event's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName(pub String);

impl FromContext for EventName {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        let name = context.event_name().ok_or_else(|| {
            HandlerError::undecodable("the handler takes an `EventName`, the event has none")
        })?;
        Ok(Self(name.into_owned()))
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The how-manieth attempt this is, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt(pub u32);

impl FromContext for Attempt {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        Ok(Self(context.attempt()))
    }
}

/// The event's content, read as a `T`: for handlers of events that are not typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Data<T>(pub T);

impl<T: DeserializeOwned> FromContext for Data<T> {
    fn from_context(context: &Context) -> Result<Self, HandlerError> {
        let data = context
            .bus()
            .dialect()
            .data(context.envelope())
            .map_err(HandlerError::undecodable)?;
        serde_json::from_str(&data)
            .map(Self)
            .map_err(HandlerError::undecodable)
    }
}

impl<T> Deref for Data<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
