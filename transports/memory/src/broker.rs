//! The broker: what clients share, and the faults a test can make.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard, Weak};
use std::time::Duration;

use tokio::sync::watch;
use trunkline_core::{
    Binding, BindingId, Capabilities, Envelope, SharedIndex, SubscribeOptions, SubscriptionKind,
    TransportError,
};

use crate::NAME;
use crate::client::{Client, Memory};
use crate::config::MemoryConfig;
use crate::dead::DeadLetterStore;
use crate::queue::{ClientId, Queue};
use crate::sync::Mutex;

/// A broker in memory. Clients of one broker reach each other; cloning names the same broker.
#[derive(Clone, Default)]
pub struct MemoryBroker(Arc<Shared>);

/// What clients of one broker share.
pub(crate) struct Shared {
    pub(crate) config: MemoryConfig,
    pub(crate) capabilities: Capabilities,
    pub(crate) index: SharedIndex<Arc<Queue>>,
    state: Mutex<State>,
    pub(crate) faults: Faults,
    next_id: AtomicU64,
}

#[derive(Default)]
struct State {
    /// Groups by name; they outlive their members.
    groups: HashMap<String, Bound>,
    /// Live subscriptions by number; they end with their subscriber.
    live: HashMap<u64, Bound>,
    dead: HashMap<String, Arc<DeadLetterStore>>,
    retained: HashMap<String, Envelope>,
    clients: Vec<Weak<Client>>,
}

/// A queue and what reaches it.
struct Bound {
    queue: Arc<Queue>,
    bindings: Vec<(BindingId, Binding)>,
}

/// What goes wrong on purpose.
pub(crate) struct Faults {
    /// Whether the broker is there at all.
    pub(crate) up: watch::Sender<bool>,
    /// Whether publishers are held, as by a broker out of memory.
    pub(crate) blocked: watch::Sender<bool>,
    pub(crate) lose_confirms: AtomicUsize,
    pub(crate) duplicates: AtomicUsize,
    /// Whether any of the above may be set: one look on the way of every publish.
    pub(crate) any: AtomicBool,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            up: watch::channel(true).0,
            blocked: watch::channel(false).0,
            lose_confirms: AtomicUsize::new(0),
            duplicates: AtomicUsize::new(0),
            any: AtomicBool::new(false),
        }
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self::new(MemoryConfig::default())
    }
}

impl MemoryBroker {
    /// A broker with default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// A broker with these limits.
    pub fn with_config(config: MemoryConfig) -> Self {
        Self(Arc::new(Shared::new(config)))
    }

    /// Connects a client.
    pub fn connect(&self) -> Memory {
        let client = Client::new(Arc::clone(&self.0), self.0.new_id());
        self.0.state.lock().clients.push(Arc::downgrade(&client));
        Memory::new(client)
    }

    /// Takes the broker away: links break, live subscriptions and what was not persistent are
    /// gone. Does nothing if it is away.
    pub fn stop(&self) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        if !self.0.faults.up.send_replace(false) {
            return;
        }
        for client in self.0.clients() {
            client.link_lost("the broker went away");
        }
        self.0
            .queues()
            .iter()
            .for_each(|queue| queue.forget_transient());
    }

    /// Brings the broker back; clients connect again by themselves.
    pub fn start(&self) {
        if self.0.faults.up.send_replace(true) {
            return;
        }
        for client in self.0.clients() {
            client.link_restored();
        }
    }

    /// Takes the broker away and brings it back.
    pub fn restart(&self) {
        self.stop();
        self.start();
    }

    /// Breaks one client's link: what it held unsettled goes back, its live subscriptions are gone
    /// from the broker, and its publishes wait.
    pub fn disconnect(&self, client: &Memory) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        client.client().link_lost("the link was cut");
    }

    /// Restores one client's link; its live subscriptions are told of the gap. Does nothing while
    /// the broker is away.
    pub fn reconnect(&self, client: &Memory) {
        if *self.0.faults.up.borrow() {
            client.client().link_restored();
        }
    }

    /// Lets nothing pass one client's link, either way, and tells nobody: after two heartbeats the
    /// silence is noticed and the link is lost.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn freeze(&self, client: &Memory) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        client.client().freeze();
    }

    /// Ends a freeze: the client connects again. Does nothing while the broker is away.
    pub fn thaw(&self, client: &Memory) {
        if *self.0.faults.up.borrow() {
            client.client().thaw();
        }
    }

    /// Deletes a group under its members, with everything that waits in it, as an operator might;
    /// their supplies end and say so. False if there is none of that name.
    pub fn delete_group(&self, group: &str) -> bool {
        self.0.delete_group(group)
    }

    /// Holds publishers, as a broker out of memory does, or lets them go. Consumers go on.
    pub fn block_publishers(&self, blocked: bool) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        self.0.faults.blocked.send_replace(blocked);
    }

    /// Keeps the next events published but loses the confirm on its way back.
    pub fn lose_confirms(&self, count: usize) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        self.0.faults.lose_confirms.store(count, Ordering::SeqCst);
    }

    /// Delivers each of the next events published twice.
    pub fn duplicate(&self, count: usize) {
        self.0.faults.any.store(true, Ordering::SeqCst);
        self.0.faults.duplicates.store(count, Ordering::SeqCst);
    }

    /// What the broker holds.
    pub fn stats(&self) -> MemoryStats {
        let state = self.0.state.lock();
        let mut stats = MemoryStats {
            groups: state.groups.len(),
            live: state.live.len(),
            bindings: self.0.index.len(),
            clients: state
                .clients
                .iter()
                .filter(|client| client.strong_count() > 0)
                .count(),
            dead_letters: state.dead.values().map(|store| store.len()).sum(),
            retained: state.retained.len(),
            ..MemoryStats::default()
        };
        for bound in state.groups.values().chain(state.live.values()) {
            let counts = bound.queue.counts();
            stats.unread += counts.unread;
            stats.in_flight += counts.in_flight;
            stats.delayed += counts.delayed;
            stats.members += counts.members;
        }
        stats
    }
}

impl fmt::Debug for MemoryBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MemoryBroker").field(&self.stats()).finish()
    }
}

/// What a broker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MemoryStats {
    /// Durable groups, with or without members.
    pub groups: usize,
    /// Live subscriptions.
    pub live: usize,
    /// Members of groups and live subscriptions.
    pub members: usize,
    /// Bindings of all of them.
    pub bindings: usize,
    /// Connected clients.
    pub clients: usize,
    /// Events that wait.
    pub unread: usize,
    /// Events handed out and not settled.
    pub in_flight: usize,
    /// Events to be delivered later.
    pub delayed: usize,
    /// Dead letters.
    pub dead_letters: usize,
    /// Keys whose last value is kept.
    pub retained: usize,
}

impl Shared {
    fn new(config: MemoryConfig) -> Self {
        Self {
            capabilities: config.capabilities(),
            config,
            index: SharedIndex::new(),
            state: Mutex::default(),
            faults: Faults::default(),
            next_id: AtomicU64::new(0),
        }
    }

    pub(crate) fn new_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn clients(&self) -> Vec<Arc<Client>> {
        let mut state = self.state.lock();
        state.clients.retain(|client| client.strong_count() > 0);
        state.clients.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn group(&self, name: &str) -> Option<Arc<Queue>> {
        self.state
            .lock()
            .groups
            .get(name)
            .map(|bound| Arc::clone(&bound.queue))
    }

    /// Finds or makes the queue a subscription takes from, bound as it asks.
    pub(crate) fn open(
        &self,
        owner: ClientId,
        options: &SubscribeOptions,
    ) -> Result<(Arc<Queue>, u64), TransportError> {
        let mut state = self.state.lock();
        let id = self.new_id();
        match options.kind.group() {
            None => {
                let name = format!("live-{id}");
                let dead = self.dead_store(&mut state, "live", options);
                let queue = Queue::new(name.into(), owner, options, dead);
                let bound = self.bind_all(queue.clone(), &options.bindings);
                state.live.insert(id, bound);
                Ok((queue, id))
            }
            Some(group) => {
                if let Some(bound) = state.groups.get_mut(group) {
                    self.rejoin(bound, group, options)?;
                    return Ok((Arc::clone(&bound.queue), id));
                }
                let dead = self.dead_store(&mut state, group, options);
                let queue = Queue::new(group.into(), owner, options, dead);
                let bound = self.bind_all(queue.clone(), &options.bindings);
                state.groups.insert(group.to_owned(), bound);
                Ok((queue, id))
            }
        }
    }

    fn dead_store(
        &self,
        state: &mut State,
        name: &str,
        options: &SubscribeOptions,
    ) -> Option<Arc<DeadLetterStore>> {
        options
            .keep_dead_letters
            .then(|| self.store_of(state, name))
    }

    fn store_of(&self, state: &mut State, name: &str) -> Arc<DeadLetterStore> {
        let new = || Arc::new(DeadLetterStore::new(self.config.max_dead_letters));
        Arc::clone(state.dead.entry(name.to_owned()).or_insert_with(new))
    }

    /// The dead letters of a group, whether there are any or not.
    pub(crate) fn dead_letters(&self, group: &str) -> Arc<DeadLetterStore> {
        self.store_of(&mut self.state.lock(), group)
    }

    fn bind_all(&self, queue: Arc<Queue>, bindings: &[Binding]) -> Bound {
        let insert = |binding: &Binding| {
            (
                self.index.insert(binding.clone(), Arc::clone(&queue)),
                binding.clone(),
            )
        };
        let bindings = bindings.iter().map(insert).collect();
        Bound { queue, bindings }
    }

    /// Lets a member join a group that exists, if it wants the same; a group without members
    /// takes the new one's bindings.
    fn rejoin(
        &self,
        bound: &mut Bound,
        group: &str,
        options: &SubscribeOptions,
    ) -> Result<(), TransportError> {
        let conflict = |what| TransportError::GroupConflict {
            transport: NAME,
            group: group.into(),
            what,
        };
        if *bound.queue.kind() != options.kind {
            return Err(conflict("kind"));
        }
        let same = bound.bindings.len() == options.bindings.len()
            && bound
                .bindings
                .iter()
                .all(|(_, known)| options.bindings.contains(known));
        if same {
            return Ok(());
        }
        if bound.queue.has_members() {
            return Err(conflict("bindings"));
        }
        bound
            .queue
            .note_bindings(bound.bindings.len() + options.bindings.len());
        let new = self.bind_all(Arc::clone(&bound.queue), &options.bindings);
        for (id, _) in std::mem::replace(&mut bound.bindings, new.bindings) {
            self.index.remove(id);
        }
        Ok(())
    }

    fn with_bound<R>(
        &self,
        queue: &Queue,
        id: u64,
        run: impl FnOnce(&mut Bound) -> R,
    ) -> Option<R> {
        let mut state = self.state.lock();
        let bound = match queue.kind() {
            SubscriptionKind::Live => state.live.get_mut(&id),
            kind => state.groups.get_mut(kind.group().unwrap_or_default()),
        };
        bound.map(run)
    }

    pub(crate) fn bind(&self, queue: &Queue, id: u64, binding: Binding) -> Option<()> {
        self.with_bound(queue, id, |bound| {
            if bound.bindings.iter().any(|(_, known)| *known == binding) {
                return;
            }
            bound.queue.note_bindings(bound.bindings.len() + 1);
            let bound_as = self.index.insert(binding.clone(), Arc::clone(&bound.queue));
            bound.bindings.push((bound_as, binding));
        })
    }

    pub(crate) fn unbind(&self, queue: &Queue, id: u64, binding: &Binding) -> Option<bool> {
        self.with_bound(queue, id, |bound| {
            let at = bound
                .bindings
                .iter()
                .position(|(_, known)| known == binding);
            at.map(|at| self.index.remove(bound.bindings.remove(at).0))
                .is_some()
        })
    }

    /// Ends a live subscription.
    pub(crate) fn close_live(&self, id: u64) {
        let bound = self.state.lock().live.remove(&id);
        for (id, _) in bound.into_iter().flat_map(|bound| bound.bindings) {
            self.index.remove(id);
        }
    }

    pub(crate) fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        let state = self.state.lock();
        let Some(bound) = state.groups.get(group) else {
            return Ok(false);
        };
        if bound.queue.has_members() {
            return Err(TransportError::InUse {
                transport: NAME,
                group: group.into(),
            });
        }
        Ok(self.forget(state, group))
    }

    fn delete_group(&self, group: &str) -> bool {
        self.forget(self.state.lock(), group)
    }

    fn forget(&self, mut state: MutexGuard<'_, State>, group: &str) -> bool {
        state.dead.remove(group);
        let Some(bound) = state.groups.remove(group) else {
            return false;
        };
        drop(state);
        for (id, _) in bound.bindings {
            self.index.remove(id);
        }
        bound.queue.delete();
        true
    }

    /// Every queue there is.
    pub(crate) fn queues(&self) -> Vec<Arc<Queue>> {
        let state = self.state.lock();
        let all = state.groups.values().chain(state.live.values());
        all.map(|bound| Arc::clone(&bound.queue)).collect()
    }

    /// Keeps, or clears, the last value of a key.
    pub(crate) fn retain(&self, envelope: &Envelope) {
        let key = envelope.routing_key().as_str();
        let mut state = self.state.lock();
        if envelope.body().is_empty() {
            state.retained.remove(key);
        } else {
            state.retained.insert(key.to_owned(), envelope.clone());
        }
    }

    /// The kept last values that bindings match.
    pub(crate) fn retained_for(&self, bindings: &[Binding]) -> Vec<Envelope> {
        let state = self.state.lock();
        let mut kept: Vec<_> = state
            .retained
            .values()
            .filter(|kept| {
                let subject = crate::publish::subject(kept);
                bindings.iter().any(|binding| binding.matches(&subject))
            })
            .cloned()
            .collect();
        kept.sort_by(|a, b| a.routing_key().as_str().cmp(b.routing_key().as_str()));
        kept
    }
}

/// How long a publisher is held at a time before it looks at its deadline again.
pub(crate) const NEVER: Duration = Duration::from_secs(365 * 24 * 3600);
