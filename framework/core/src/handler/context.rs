//! Everything a handler may ask about its delivery.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::dialect::DecodeError;
use crate::envelope::Envelope;
use crate::event::Audience;
use crate::publish::{Bus, Publisher};

/// What all deliveries of one service share.
pub(crate) struct Shared {
    pub(crate) service: Arc<str>,
    pub(crate) bus: Bus,
    pub(crate) state: StateMap,
}

pub(crate) type StateMap = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// One delivery, as its handlers see it.
///
/// Cloning copies pointers.
#[derive(Clone)]
pub struct Context {
    envelope: Envelope,
    attempt: u32,
    retained: bool,
    shared: Arc<Shared>,
}

impl Context {
    pub(crate) fn new(
        envelope: Envelope,
        attempt: u32,
        retained: bool,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            envelope,
            attempt,
            retained,
            shared,
        }
    }

    /// The same delivery's next attempt.
    pub(crate) fn next_attempt(&mut self) {
        self.attempt += 1;
    }

    /// Lets go of the delivery and keeps what the next may use.
    pub(crate) fn into_shared(self) -> Arc<Shared> {
        self.shared
    }

    /// The envelope delivered.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The how-manieth attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the event is the kept last value of its key rather than a new one.
    pub fn is_retained(&self) -> bool {
        self.retained
    }

    /// The service's name.
    pub fn service(&self) -> &str {
        &self.shared.service
    }

    /// The bus the event came by.
    pub fn bus(&self) -> &Bus {
        &self.shared.bus
    }

    /// The event's name, if it has one.
    pub fn event_name(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.bus().dialect().event_name(&self.envelope)
    }

    /// Whom the event is for.
    ///
    /// # Errors
    /// [`DecodeError`] when the envelope contradicts itself.
    pub fn audience(&self) -> Result<Audience, DecodeError> {
        self.bus().dialect().audience(&self.envelope)
    }

    /// A publisher whose events belong to this one's conversation and trace.
    pub fn publisher(&self) -> Publisher {
        Publisher::caused_by(self.bus().clone(), self.envelope.clone())
    }

    /// What the service was built with under this type.
    pub fn state<T: Send + Sync + 'static>(&self) -> Option<State<T>> {
        let any = Arc::clone(self.shared.state.get(&TypeId::of::<T>())?);
        any.downcast().ok().map(State)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("service", &self.shared.service)
            .field("envelope", &self.envelope)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// What a service was built with, by its type: `State(store): State<Store>`.
pub struct State<T>(pub Arc<T>);

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(&self.0).finish()
    }
}
