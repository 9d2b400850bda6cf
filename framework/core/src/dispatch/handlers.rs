//! The handlers of one service, found by what they want.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::RetryPolicy;
use super::metrics::HandlerMetrics;
use crate::handler::DynHandler;
use crate::matching::{Binding, BindingId, SharedIndex, Subject};
use crate::sync::RwLock;

/// Names a handler of a running service, to remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HandlerId(u64);

/// A handler to be added.
pub(crate) struct NewHandler {
    pub(crate) name: String,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) handler: Arc<dyn DynHandler>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

/// A handler as deliveries find it.
pub(crate) struct HandlerEntry {
    id: HandlerId,
    name: Arc<str>,
    pub(super) handler: Arc<dyn DynHandler>,
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) metrics: HandlerMetrics,
}

impl HandlerEntry {
    /// The handler's name, unique in its service.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// The handlers of one service; they come and go while it runs.
pub(crate) struct HandlerTable {
    service: Arc<str>,
    index: SharedIndex<Arc<HandlerEntry>>,
    listed: RwLock<Listed>,
}

#[derive(Default)]
struct Listed {
    next: u64,
    handlers: Vec<ListedHandler>,
}

struct ListedHandler {
    entry: Arc<HandlerEntry>,
    bindings: Vec<(BindingId, Binding)>,
}

impl HandlerTable {
    pub(crate) fn new(service: Arc<str>) -> Self {
        Self {
            service,
            index: SharedIndex::new(),
            listed: RwLock::default(),
        }
    }

    /// Adds a handler; from now on deliveries find it. A name in use gets a number.
    pub(crate) fn add(&self, new: NewHandler) -> HandlerId {
        let mut listed = self.listed.write();
        let id = HandlerId(listed.next);
        listed.next += 1;
        let name = free_name(new.name, &listed.handlers);
        let entry = Arc::new(HandlerEntry {
            id,
            metrics: HandlerMetrics::new(&self.service, &name),
            name: name.into(),
            handler: new.handler,
            timeout: new.timeout,
            retry: new.retry,
        });
        let bindings = self.insert(&entry, new.bindings);
        listed.handlers.push(ListedHandler { entry, bindings });
        id
    }

    /// Removes a handler; deliveries it already has are finished. Gives its bindings, and its
    /// absence as `None`.
    pub(crate) fn remove(&self, id: HandlerId) -> Option<Vec<Binding>> {
        let mut listed = self.listed.write();
        let at = listed
            .handlers
            .iter()
            .position(|listed| listed.entry.id == id)?;
        let removed = listed.handlers.remove(at);
        for (binding, _) in &removed.bindings {
            self.index.remove(*binding);
        }
        Some(
            removed
                .bindings
                .into_iter()
                .map(|(_, binding)| binding)
                .collect(),
        )
    }

    /// Gives a handler other bindings. The new ones are there before the old ones go, and a
    /// delivery that both match finds the handler once. False if there is no such handler.
    pub(crate) fn rebind(&self, id: HandlerId, bindings: Vec<Binding>) -> bool {
        let mut listed = self.listed.write();
        let Some(handler) = listed
            .handlers
            .iter_mut()
            .find(|listed| listed.entry.id == id)
        else {
            return false;
        };
        let new = self.insert(&handler.entry, bindings);
        for (old, _) in std::mem::replace(&mut handler.bindings, new) {
            self.index.remove(old);
        }
        true
    }

    fn insert(
        &self,
        entry: &Arc<HandlerEntry>,
        bindings: Vec<Binding>,
    ) -> Vec<(BindingId, Binding)> {
        let insert = |binding: Binding| {
            let id = self.index.insert(binding.clone(), Arc::clone(entry));
            (id, binding)
        };
        bindings.into_iter().map(insert).collect()
    }

    /// The bindings of all handlers.
    pub(crate) fn bindings(&self) -> Vec<Binding> {
        let listed = self.listed.read();
        let all = listed.handlers.iter().flat_map(|handler| &handler.bindings);
        all.map(|(_, binding)| binding.clone()).collect()
    }

    /// The handlers' names, in the order they came.
    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        let listed = self.listed.read();
        listed
            .handlers
            .iter()
            .map(|handler| Arc::clone(&handler.entry.name))
            .collect()
    }

    /// Puts the handlers that want this event into `out`, each once, in the order they came.
    pub(crate) fn find(&self, subject: &Subject<'_>, out: &mut Vec<Arc<HandlerEntry>>) {
        self.index.matches_into(subject, out);
        if out.len() > 1 {
            out.sort_unstable_by_key(|entry| entry.id.0);
            out.dedup_by_key(|entry| entry.id.0);
        }
    }
}

fn free_name(name: String, taken: &[ListedHandler]) -> String {
    // A comma separates names in the header of a retry.
    let name = name.replace(',', "_");
    let is_free = |name: &str| taken.iter().all(|other| other.entry.name() != name);
    if is_free(&name) {
        return name;
    }
    let numbered = (2..).map(|n: u64| format!("{name}#{n}"));
    numbered
        .into_iter()
        .find(|candidate| is_free(candidate))
        .unwrap_or(name)
}

impl fmt::Debug for HandlerTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerTable")
            .field("handlers", &self.names())
            .finish_non_exhaustive()
    }
}
