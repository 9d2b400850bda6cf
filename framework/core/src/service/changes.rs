//! Handlers that come and go while a service runs.
//!
//! Changes of one service are made one after another, whoever asks for them.

use super::bindings::broker_bindings;
use super::options::{HandlerOptions, wrap};
use super::running::ServiceHandle;
use crate::dispatch::{HandlerId, HandlerTable, NewHandler};
use crate::handler::{RawHandler, TypedHandler};
use crate::matching::Binding;
use crate::transport::TransportError;

impl ServiceHandle {
    /// Adds a handler of a typed event while the service runs; returns once the broker has its
    /// bindings.
    ///
    /// Dropping the future adds nothing.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take the binding; the handler is then not added.
    pub async fn on<H: TypedHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.typed(handler)).await
    }

    /// Adds a handler of any events while the service runs; returns once the broker has its
    /// binding.
    ///
    /// Dropping the future adds nothing.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take the binding; the handler is then not added.
    pub async fn on_binding<H: RawHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        binding: Binding,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.raw(binding, handler)).await
    }

    /// Adds a handler of whatever one of several bindings matches; an event that more than one
    /// matches is given to it once. Returns once the broker has the bindings.
    ///
    /// Dropping the future adds nothing.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take a binding; the handler is then not added.
    pub async fn on_bindings<H: RawHandler<Args>, Args: 'static>(
        &self,
        options: HandlerOptions,
        bindings: Vec<Binding>,
        handler: H,
    ) -> Result<HandlerId, TransportError> {
        self.add(options.raw_of_all(bindings, handler)).await
    }

    async fn add(&self, mut new: NewHandler) -> Result<HandlerId, TransportError> {
        wrap(&self.layers, &mut new);
        let mut change = self.bindings.change().await;
        // In the table first: an event the broker sends us must find its handler.
        let mut added = Added::new(&self.dispatcher.table, new);
        let bound = change.bind(&self.wanted_with(&[])).await;
        added.kept = bound.is_ok();
        let id = added.id;
        drop(added);
        // What is not released now is with the next change.
        drop(change.settle(&self.wanted_with(&[])).await);
        bound.map(|()| id)
    }

    /// Changes what a handler is given while the service runs: no event that the old bindings and
    /// the new ones both match misses it or reaches it twice. False if it is not there.
    ///
    /// Dropping the future leaves the handler with the old bindings or the new ones.
    ///
    /// # Errors
    /// [`TransportError`] if the broker does not take a new binding, and the handler has its old
    /// ones; or keeps an old binding, and the handler has its new ones all the same.
    pub async fn rebind(
        &self,
        id: HandlerId,
        bindings: Vec<Binding>,
    ) -> Result<bool, TransportError> {
        let mut change = self.bindings.change().await;
        change.bind(&self.wanted_with(&bindings)).await?;
        let found = self.dispatcher.table.rebind(id, bindings);
        change.settle(&self.wanted_with(&[])).await?;
        Ok(found)
    }

    /// Removes a handler while the service runs; deliveries it already has are finished. False if
    /// it is not there.
    ///
    /// # Errors
    /// [`TransportError`] if the broker keeps a binding; the handler is removed all the same.
    pub async fn remove(&self, id: HandlerId) -> Result<bool, TransportError> {
        let mut change = self.bindings.change().await;
        if self.dispatcher.table.remove(id).is_none() {
            return Ok(false);
        }
        change.settle(&self.wanted_with(&[])).await?;
        Ok(true)
    }

    /// What all handlers and these bindings want of the broker.
    fn wanted_with(&self, others: &[Binding]) -> Vec<Binding> {
        let mut wanted = self.dispatcher.table.bindings();
        wanted.extend_from_slice(others);
        broker_bindings(self.bus(), &wanted)
    }
}

/// A handler that goes again unless it is kept, also where the future that added it is dropped.
struct Added<'a> {
    table: &'a HandlerTable,
    id: HandlerId,
    kept: bool,
}

impl<'a> Added<'a> {
    fn new(table: &'a HandlerTable, new: NewHandler) -> Self {
        let (id, kept) = (table.add(new), false);
        Self { table, id, kept }
    }
}

impl Drop for Added<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.table.remove(self.id);
        }
    }
}
