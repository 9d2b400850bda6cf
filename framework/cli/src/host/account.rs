//! The account of what was published, and what became of it in each service.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::watch;
use trunkline::{Binding, Ending, Envelope, EventId, Observer, Receipt, Subject, TransportError};

/// Most settlements kept of events that were not published here, as far as is known yet.
const MOST_EARLY: usize = 10_000;

/// Watches a bus: counts, and tells when all that was published is done with.
///
/// An event is done with once each service that it reaches has settled it for good.
#[derive(Debug)]
pub(crate) struct Account {
    state: Mutex<State>,
    /// How many settlements are awaited.
    open: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    published: u64,
    unroutable: u64,
    services: BTreeMap<&'static str, Service>,
    /// Services that have yet to settle an event.
    awaited: HashMap<EventId, Vec<&'static str>>,
    /// Services that settled an event before its publisher had the broker's word.
    early: HashMap<EventId, Vec<&'static str>>,
}

#[derive(Debug, Default)]
struct Service {
    bindings: Vec<Binding>,
    counts: Counts,
}

/// What one service did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Deliveries whose handlers are all done.
    pub(crate) handled: u64,
    /// Deliveries tried again.
    pub(crate) retried: u64,
    /// Deliveries that became dead letters.
    pub(crate) dead_lettered: u64,
    /// Deliveries that no handler wanted.
    pub(crate) unhandled: u64,
}

impl Counts {
    fn count(&mut self, ending: &Ending) {
        match ending {
            Ending::Acked => self.handled += 1,
            Ending::Retried { .. } => self.retried += 1,
            Ending::DeadLettered { .. } => self.dead_lettered += 1,
            Ending::Unhandled => self.unhandled += 1,
            _ => {}
        }
    }

    /// Adds another service's.
    pub(crate) fn add(&mut self, other: &Self) {
        self.handled += other.handled;
        self.retried += other.retried;
        self.dead_lettered += other.dead_lettered;
        self.unhandled += other.unhandled;
    }
}

impl Default for Account {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            open: watch::channel(0).0,
        }
    }
}

impl Account {
    /// Counts a service's work too, whose subscription asks the broker for `bindings`.
    pub(crate) fn add(&self, service: &'static str, bindings: Vec<Binding>) {
        self.lock().services.entry(service).or_default().bindings = bindings;
    }

    /// Events the broker took, and those of them that reached nobody.
    pub(crate) fn publications(&self) -> (u64, u64) {
        let state = self.lock();
        (state.published, state.unroutable)
    }

    /// What each service did.
    pub(crate) fn services(&self) -> Vec<(&'static str, Counts)> {
        let state = self.lock();
        state
            .services
            .iter()
            .map(|(name, service)| (*name, service.counts))
            .collect()
    }

    /// Returns once everything published so far, and whatever that led to, is done with.
    pub(crate) async fn all_settled(&self) {
        let mut open = self.open.subscribe();
        // The account holds the sender: it cannot be gone.
        let _ = open.wait_for(|open| *open == 0).await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, state: &State) {
        let open = state.awaited.values().map(Vec::len).sum();
        self.open
            .send_if_modified(|told| std::mem::replace(told, open) != open);
    }
}

impl Observer for Account {
    fn published(&self, envelope: &Envelope, outcome: &Result<Receipt, TransportError>) {
        let Ok(receipt) = outcome else { return };
        let mut state = self.lock();
        state.published += 1;
        if receipt.is_unroutable() {
            state.unroutable += 1;
            return;
        }
        let Some(id) = envelope.id() else { return };
        let mut reached = state.reached(envelope);
        if let Some(early) = state.early.remove(id) {
            early.iter().for_each(|service| take(&mut reached, service));
        }
        if !reached.is_empty() {
            state.awaited.entry(id.clone()).or_default().extend(reached);
            self.tell(&state);
        }
    }

    fn settled(&self, service: &str, envelope: &Envelope, ending: &Ending) {
        let mut state = self.lock();
        let Some((name, known)) = state
            .services
            .iter_mut()
            .find(|(name, _)| **name == service)
        else {
            return;
        };
        let name = *name;
        known.counts.count(ending);
        if matches!(ending, Ending::Retried { .. } | Ending::HandedBack) {
            return;
        }
        let Some(id) = envelope.id() else { return };
        match state.awaited.get_mut(id) {
            Some(awaited) => {
                take(awaited, name);
                if awaited.is_empty() {
                    state.awaited.remove(id);
                }
                self.tell(&state);
            }
            None => {
                if state.early.len() >= MOST_EARLY {
                    // Others publish on this bus too: none of these was ours after all.
                    state.early.clear();
                }
                state.early.entry(id.clone()).or_default().push(name);
            }
        }
    }
}

impl State {
    /// The services an event reaches, as a broker sees it: by headers and key.
    fn reached(&self, envelope: &Envelope) -> Vec<&'static str> {
        let subject = Subject {
            name: envelope.headers().text("name"),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        let reaches = |service: &Service| {
            service
                .bindings
                .iter()
                .any(|binding| binding.matches(&subject))
        };
        let reached = self.services.iter().filter(|(_, service)| reaches(service));
        reached.map(|(name, _)| *name).collect()
    }
}

fn take(services: &mut Vec<&'static str>, service: &str) {
    if let Some(at) = services.iter().position(|one| *one == service) {
        services.swap_remove(at);
    }
}

#[cfg(test)]
mod tests {
    use trunkline::{Routing, RoutingKey};

    use super::*;

    fn event(key: &str) -> Envelope {
        Envelope::new(RoutingKey::new(key).unwrap(), "")
    }

    fn is_settled(account: &Account) -> bool {
        *account.open.borrow() == 0
    }

    fn account() -> Account {
        let account = Account::default();
        account.add("all", vec![Binding::everything()]);
        account.add(
            "calls",
            vec![Binding::builder().key("calls.#").build().unwrap()],
        );
        account
    }

    #[test]
    fn an_event_is_done_once_every_service_it_reaches_has_settled_it_for_good() {
        let (account, call) = (account(), event("calls.ended"));
        account.published(&call, &Ok(Receipt::new(Routing::Routed)));
        account.settled("all", &call, &Ending::Acked);
        account.settled(
            "calls",
            &call,
            &Ending::Retried {
                after: Default::default(),
            },
        );
        assert!(!is_settled(&account));
        account.settled("calls", &call, &Ending::Acked);
        assert!(is_settled(&account));
    }

    #[test]
    fn a_settlement_may_come_before_the_publishers_word() {
        let (account, first, second) = (account(), event("calls.a"), event("chat.a"));
        account.published(&first, &Ok(Receipt::new(Routing::Routed)));
        account.settled("all", &second, &Ending::Acked);
        assert!(!is_settled(&account));
        account.settled("all", &first, &Ending::Acked);
        account.settled("calls", &first, &Ending::Acked);
        account.published(&second, &Ok(Receipt::new(Routing::Routed)));
        assert!(is_settled(&account));
        assert_eq!(account.publications(), (2, 0));
    }

    #[test]
    fn what_reaches_nobody_is_not_waited_for() {
        let account = account();
        account.published(&event("calls.a"), &Ok(Receipt::new(Routing::Unroutable)));
        assert!(is_settled(&account));
        assert_eq!(account.publications(), (1, 1));
    }
}
