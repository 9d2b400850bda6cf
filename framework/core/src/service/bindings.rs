//! What the broker is asked for on behalf of a service's handlers.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

use crate::matching::Binding;
use crate::publish::Bus;
use crate::transport::{SubscriptionControl, TransportError};

/// What the broker is asked for, so that every handler's events arrive: the dispatcher looks
/// closer.
pub(super) fn broker_bindings(bus: &Bus, wanted: &[Binding]) -> Vec<Binding> {
    let mut bindings: Vec<Binding> = Vec::new();
    for wanted in wanted {
        let binding = match wanted.name() {
            Some(name) if name.is_exact() => bus.dialect().binding_for(name.as_str()),
            Some(_) => Binding::everything(),
            None => wanted.clone(),
        };
        if binding.is_everything() {
            return vec![binding];
        }
        if !bindings.contains(&binding) {
            bindings.push(binding);
        }
    }
    bindings
}

/// What the broker has of a running service; one change of it at a time.
pub(super) struct BrokerBindings {
    control: Arc<dyn SubscriptionControl>,
    held: Mutex<Vec<Binding>>,
}

impl BrokerBindings {
    pub(super) fn new(control: Arc<dyn SubscriptionControl>, held: Vec<Binding>) -> Self {
        Self {
            control,
            held: Mutex::new(held),
        }
    }

    /// Waits until no other change is under way.
    pub(super) async fn change(&self) -> Change<'_> {
        Change {
            control: &*self.control,
            held: self.held.lock().await,
        }
    }
}

/// A change under way. Each step is remembered once the broker has taken it, so that a change which
/// was cut short is finished by the next.
pub(super) struct Change<'a> {
    control: &'a dyn SubscriptionControl,
    held: MutexGuard<'a, Vec<Binding>>,
}

impl Change<'_> {
    /// Asks for what the broker does not have yet.
    pub(super) async fn bind(&mut self, wanted: &[Binding]) -> Result<(), TransportError> {
        for binding in wanted {
            if !self.held.contains(binding) {
                self.control.bind(binding.clone()).await?;
                self.held.push(binding.clone());
            }
        }
        Ok(())
    }

    /// Asks for this and nothing else. What is wanted is bound before what is not is released: a
    /// handler for everything may have stood in for narrower bindings.
    pub(super) async fn settle(&mut self, wanted: &[Binding]) -> Result<(), TransportError> {
        self.bind(wanted).await?;
        while let Some(at) = self.held.iter().position(|held| !wanted.contains(held)) {
            self.control.unbind(&self.held[at]).await?;
            self.held.swap_remove(at);
        }
        Ok(())
    }
}
