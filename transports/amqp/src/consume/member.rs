//! One subscription, over the outages of its link.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::task::Waker;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lapin::options::{BasicConsumeOptions, BasicQosOptions, QueueBindOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Consumer};
use trunkline_core::{
    Binding, Envelope, Gap, Subject, SubscribeOptions, SubscriptionControl, TransportError,
};

use super::digest::digest;
use super::session::Session;
use crate::client::Client;
use crate::error::{broker, closed, is_gone};
use crate::link::Up;
use crate::topology::{self, Native, Plan, QueueSpec};

/// How often a queue may go between declaring and consuming it.
const TRIES: usize = 10;

/// The wait before a subscription is made again whose queue somebody took away.
const PAUSE: Duration = Duration::from_millis(200);

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
        let plan = Plan::of(&options.bindings, &client.config.exchange);
        Ok(Arc::new(Self {
            spec,
            prefetch: options.prefetch.get(),
            wishes: RwLock::new(Wishes {
                bindings: options.bindings.clone(),
                plan,
            }),
            client,
            state: Mutex::default(),
            making: tokio::sync::Mutex::new(()),
            disturbed: AtomicBool::new(true),
        }))
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

    /// Whether an event that came is wanted; the broker may have been told less than all.
    pub(super) fn wants(&self, envelope: &Envelope) -> bool {
        let wishes = self.wishes();
        if wishes.plan.exact {
            return true;
        }
        let subject = Subject {
            name: envelope.headers().text("name"),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        wishes
            .bindings
            .iter()
            .any(|binding| binding.matches(&subject))
    }

    /// Makes the subscription on a link, unless it is there already.
    pub(crate) async fn make(self: &Arc<Self>, up: &Arc<Up>) -> Result<(), TransportError> {
        let _alone = self.making.lock().await;
        let current = self.state().session.clone();
        let there = current.is_some_and(|session| session.is_alive() && session.epoch == up.epoch);
        if there || self.state().ended {
            return Ok(());
        }
        let session = self.open_patiently(up).await?;
        if let Err(session) = self.install(session) {
            session.conclude().await;
        }
        Ok(())
    }

    /// Puts a new session in place, unless the supply has ended.
    fn install(&self, session: Arc<Session>) -> Result<(), Arc<Session>> {
        let mut state = self.state();
        if state.ended {
            return Err(session);
        }
        state.session = Some(session);
        if let Some(since) = state.lost.take()
            && self.spec.group.is_none()
        {
            state.gap = Some(Gap::new("link lost").with_since(since));
        }
        self.disturb(state);
        Ok(())
    }

    /// Opens a session. A queue that goes with its last consumer may go between our declaring and
    /// consuming it, when another leaves just then.
    async fn open_patiently(
        self: &Arc<Self>,
        up: &Arc<Up>,
    ) -> Result<Arc<Session>, TransportError> {
        for _ in 0..TRIES {
            match self.open(up).await {
                Err(error) if is_gone(&error) => tokio::time::sleep(PAUSE / 10).await,
                opened => return opened,
            }
        }
        self.open(up).await
    }

    async fn open(self: &Arc<Self>, up: &Arc<Up>) -> Result<Arc<Session>, TransportError> {
        let agreement = match &self.spec.group {
            Some(group) => Some(self.agree(up, group).await?),
            None => None,
        };
        let channel = topology::channel(up).await?;
        let plan = self.wishes().plan.clone();
        topology::declare_queue(&channel, &self.spec, &plan).await?;
        channel
            .basic_qos(self.prefetch, BasicQosOptions::default())
            .await
            .map_err(|error| broker("the prefetch cannot be set", error))?;
        let consumer = consume(&channel, self.spec.name.as_str()).await?;
        let member = Arc::downgrade(self);
        let tell_gap = move |gap| {
            if let Some(member) = member.upgrade() {
                member.tell_gap(gap);
            }
        };
        Ok(Session::new(
            Arc::clone(&self.client),
            Arc::clone(&self.spec),
            up.epoch,
            (channel, agreement),
            self.prefetch,
            consumer,
            Box::new(tell_gap),
        ))
    }

    fn tell_gap(&self, gap: Gap) {
        let mut state = self.state();
        state.gap = Some(gap);
        self.disturb(state);
    }

    /// Takes part in the agreement of the group, as long as the channel lives.
    async fn agree(
        &self,
        up: &Arc<Up>,
        group: &str,
    ) -> Result<(Channel, Consumer), TransportError> {
        let channel = topology::channel(up).await?;
        let digest = digest(&self.wishes().bindings);
        topology::agree(&channel, group, digest).await?;
        // Nothing ever comes; who takes part is who consumes.
        let consumer = consume(&channel, &topology::marker(group)).await?;
        Ok((channel, consumer))
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

    /// The broker has ended the consumer: its queue was deleted, or its channel closed.
    pub(super) fn consumer_gone(self: &Arc<Self>, session: &Arc<Session>) {
        session.die();
        let mut state = self.state();
        let ours = |current: &Arc<Session>| Arc::ptr_eq(current, session);
        if state.ended || !state.session.as_ref().is_some_and(ours) {
            return;
        }
        state.session = None;
        state.lost.get_or_insert_with(SystemTime::now);
        drop(state);
        let member = Arc::clone(self);
        tokio::spawn(async move { member.make_again().await });
    }

    async fn make_again(self: Arc<Self>) {
        tokio::time::sleep(PAUSE).await;
        let Ok(up) = self.client.consume_link().await else {
            return;
        };
        let Err(error) = self.make(&up).await else {
            return;
        };
        if up.connection().status().connected() {
            tracing::warn!(queue = self.spec.name.as_str(), %error, "a subscription has ended");
            self.fail(error);
        }
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

    async fn session_channel(&self) -> Result<Channel, TransportError> {
        if self.state().ended {
            return Err(closed());
        }
        let up = self.client.consume_link().await?;
        topology::channel(&up).await
    }

    async fn bind_native(&self, channel: &Channel, native: &Native) -> Result<(), TransportError> {
        let bound = channel.queue_bind(
            self.spec.name.clone(),
            native.exchange.as_str().into(),
            native.key.as_str().into(),
            QueueBindOptions::default(),
            native.arguments.clone(),
        );
        bound
            .await
            .map_err(|error| broker(format!("`{}` cannot be bound", self.spec.name), error))
    }

    /// Changes the bindings: the broker first gets what is new, then loses what is old.
    async fn change(&self, bindings: Vec<Binding>) -> Result<(), TransportError> {
        let channel = self.session_channel().await?;
        let plan = Plan::of(&bindings, &self.client.config.exchange);
        let before = self.wishes().plan.natives.clone();
        for native in plan
            .natives
            .iter()
            .filter(|native| !before.contains(native))
        {
            self.bind_native(&channel, native).await?;
        }
        let natives = plan.natives.clone();
        self.wish(Wishes { bindings, plan });
        for native in before.iter().filter(|native| !natives.contains(native)) {
            let unbound = channel.queue_unbind(
                self.spec.name.clone(),
                native.exchange.as_str().into(),
                native.key.as_str().into(),
                native.arguments.clone(),
            );
            unbound.await.map_err(|error| {
                broker(format!("`{}` cannot be unbound", self.spec.name), error)
            })?;
        }
        let _ = channel.close(200, "done".into()).await;
        Ok(())
    }
}

async fn consume(channel: &Channel, queue: &str) -> Result<Consumer, TransportError> {
    let options = BasicConsumeOptions::default();
    let consumer = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    consumer
        .await
        .map_err(|error| broker(format!("`{queue}` cannot be consumed"), error))
}

#[async_trait]
impl SubscriptionControl for Member {
    async fn bind(&self, binding: Binding) -> Result<(), TransportError> {
        let mut bindings = self.wishes().bindings.clone();
        if !bindings.contains(&binding) {
            bindings.push(binding);
        }
        self.change(bindings).await
    }

    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError> {
        let mut bindings = self.wishes().bindings.clone();
        let before = bindings.len();
        bindings.retain(|other| other != binding);
        if bindings.len() == before {
            return Ok(false);
        }
        self.change(bindings).await.map(|()| true)
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.end().await;
        Ok(())
    }
}
