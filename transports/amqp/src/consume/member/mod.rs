//! One subscription, over the outages of its link.

mod change;
mod make;
mod sieve;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::task::Waker;
use std::time::SystemTime;

use lapin::BasicProperties;
use trunkline_core::{Binding, Envelope, Gap, SubscribeOptions, TransportError};

use self::sieve::Sieve;
use super::session::Session;
use crate::client::Client;
use crate::config::Exchange;
use crate::topology::{Plan, QueueSpec};

/// One subscription.
pub(crate) struct Member {
    pub(super) client: Arc<Client>,
    pub(super) spec: Arc<QueueSpec>,
    prefetch: u16,
    wishes: RwLock<Wishes>,
    state: Mutex<State>,
    /// Held while the subscription is being made on a link.
    making: tokio::sync::Mutex<()>,
    /// Whether `state` has something to say to the source.
    pub(super) disturbed: AtomicBool,
}

struct Wishes {
    bindings: Vec<Binding>,
    plan: Plan,
    /// What is left out here, where the broker sends more than is wanted.
    sieve: Option<Sieve>,
}

impl Wishes {
    fn new(bindings: Vec<Binding>, exchange: &Exchange) -> Self {
        let plan = Plan::of(&bindings, exchange);
        Self {
            sieve: (!plan.exact).then(|| Sieve::of(&bindings)),
            bindings,
            plan,
        }
    }
}

#[derive(Default)]
struct State {
    session: Option<Arc<Session>>,
    gap: Option<Gap>,
    /// Since when there has been no link.
    lost: Option<SystemTime>,
    ended: bool,
    /// Why it ended, if nobody asked.
    trouble: Option<TransportError>,
    waker: Option<Waker>,
}

/// What the source is to do.
pub(super) enum Supply {
    From(Arc<Session>, Option<Gap>),
    Wait,
    End(Result<(), TransportError>),
}

impl Member {
    pub(crate) fn new(
        client: Arc<Client>,
        options: &SubscribeOptions,
    ) -> Result<Arc<Self>, TransportError> {
        let spec = Arc::new(QueueSpec::of(options, &client.config)?);
        let wishes = Wishes::new(options.bindings.clone(), &client.config.exchange);
        Ok(Arc::new(Self {
            spec,
            prefetch: options.prefetch.get(),
            wishes: RwLock::new(wishes),
            client,
            state: Mutex::default(),
            making: tokio::sync::Mutex::new(()),
            disturbed: AtomicBool::new(true),
        }))
    }

    pub(super) fn prefetch(&self) -> u16 {
        self.prefetch
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wishes(&self) -> std::sync::RwLockReadGuard<'_, Wishes> {
        self.wishes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn wish(&self, wishes: Wishes) {
        *self.wishes.write().unwrap_or_else(PoisonError::into_inner) = wishes;
    }

    /// Whether an event that came may be wanted, as far as can be told before it is read.
    pub(super) fn may_want(&self, properties: &BasicProperties) -> bool {
        let wishes = self.wishes();
        let sieve = wishes.sieve.as_ref();
        sieve.is_none_or(|sieve| sieve.may_pass(properties))
    }

    /// Whether an event that came is wanted; the broker may have been told less than all.
    pub(super) fn wants(&self, envelope: &Envelope) -> bool {
        let wishes = self.wishes();
        let sieve = wishes.sieve.as_ref();
        sieve.is_none_or(|sieve| sieve.passes(envelope))
    }

    fn tell_gap(&self, gap: Gap) {
        let mut state = self.state();
        state.gap = Some(gap);
        self.disturb(state);
    }

    /// The link is gone.
    pub(crate) fn suspend(&self) {
        let mut state = self.state();
        if let Some(session) = state.session.take() {
            state.lost.get_or_insert_with(SystemTime::now);
            self.disturb(state);
            session.die();
        }
    }

    /// Ends the supply with trouble.
    pub(crate) fn fail(&self, trouble: TransportError) {
        let mut state = self.state();
        state.ended = true;
        state.trouble.get_or_insert(trouble);
        self.disturb(state);
    }

    /// Why the supply ended before anybody could take from it, if it did.
    pub(crate) fn refusal(&self) -> Result<(), TransportError> {
        self.state().trouble.take().map_or(Ok(()), Err)
    }

    /// What the source is to do now.
    pub(super) fn supply(&self, cx: &std::task::Context<'_>) -> Supply {
        let mut state = self.state();
        if state.ended {
            return Supply::End(state.trouble.take().map_or(Ok(()), Err));
        }
        state.waker = Some(cx.waker().clone());
        match &state.session {
            Some(session) if session.is_alive() => {
                let session = Arc::clone(session);
                let gap = state.gap.take();
                self.disturbed.store(false, Ordering::SeqCst);
                Supply::From(session, gap)
            }
            _ => Supply::Wait,
        }
    }

    /// Wakes this task when there is a change.
    pub(super) fn watch(&self, cx: &std::task::Context<'_>) {
        let mut state = self.state();
        if !state
            .waker
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()))
        {
            state.waker = Some(cx.waker().clone());
        }
    }

    fn disturb(&self, mut state: MutexGuard<'_, State>) {
        self.disturbed.store(true, Ordering::SeqCst);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Lets nothing more be handed out; gives the session there is.
    fn stop(&self) -> Option<Arc<Session>> {
        let mut state = self.state();
        state.ended = true;
        let session = state.session.clone();
        self.disturb(state);
        session
    }

    /// Ends the supply; what is in hand may still be settled.
    pub(crate) async fn end(&self) {
        if let Some(session) = self.stop() {
            session.finish().await;
        }
    }

    /// Ends the supply at once: there is no link any more, and will be none.
    pub(crate) fn shut(&self) {
        if let Some(session) = self.stop() {
            session.die();
        }
    }

    /// Ends the supply, tells the broker what was settled, and lets the rest come again.
    pub(crate) async fn conclude(&self) {
        if let Some(session) = self.stop() {
            session.conclude().await;
        }
    }
}
