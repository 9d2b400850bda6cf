//! One client of a broker.

use std::fmt;
use std::sync::Arc;
use std::sync::Weak;
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::sync::watch;
use trunkline_core::{
    Capabilities, DeadLetters, DelayId, Envelope, Gap, Health, PublishOptions, Receipt,
    SubscribeOptions, Subscription, Transport, TransportError, count_reconnect,
};

use crate::NAME;
use crate::broker::Shared;
use crate::dead::GroupDeadLetters;
use crate::link::Link;
use crate::queue::{ClientId, Incoming};
use crate::source::{Member, MemberSource};
use crate::sync::Mutex;

/// A client of a broker in memory. Clones share the connection, which ends when the last of them
/// is dropped or one is closed.
#[derive(Clone)]
pub struct Memory(Arc<Handle>);

struct Handle(Arc<Client>);

/// One connection to a broker.
pub(crate) struct Client {
    pub(crate) broker: Arc<Shared>,
    pub(crate) id: ClientId,
    pub(crate) link: Arc<Link>,
    health: watch::Sender<Health>,
    members: Mutex<Vec<Weak<Member>>>,
}

impl Memory {
    pub(crate) fn new(client: Arc<Client>) -> Self {
        Self(Arc::new(Handle(client)))
    }

    pub(crate) fn client(&self) -> &Arc<Client> {
        &self.0.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Client {
    pub(crate) fn new(broker: Arc<Shared>, id: ClientId) -> Arc<Self> {
        let up = *broker.faults.up.borrow();
        let health = if up {
            Health::Running
        } else {
            Health::Connecting
        };
        Arc::new(Self {
            broker,
            id,
            link: Arc::new(Link::new(up)),
            health: watch::channel(health).0,
            members: Mutex::default(),
        })
    }

    pub(crate) fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn members(&self) -> Vec<Arc<Member>> {
        let mut members = self.members.lock();
        members.retain(|member| member.strong_count() > 0);
        members.iter().filter_map(Weak::upgrade).collect()
    }

    /// Nothing passes the link any more; it is lost once the silence is noticed.
    pub(crate) fn freeze(self: &Arc<Self>) {
        if !self.link.freeze() {
            return;
        }
        self.link.set_up(false);
        self.members().iter().for_each(|member| member.hold());
        let (client, link) = (Arc::downgrade(self), Arc::clone(&self.link));
        let silence = 2 * self.broker.config.heartbeat;
        tokio::spawn(async move {
            if !link.is_up_within(silence).await
                && link.is_frozen()
                && let Some(client) = client.upgrade()
            {
                client.link_lost("nothing was heard for two heartbeats");
            }
        });
    }

    /// Ends a freeze. The link has not lived through it.
    pub(crate) fn thaw(&self) {
        if self.link.thaw() {
            self.link_lost("the link had stalled");
            self.link_restored();
        }
    }

    /// The link broke: what was in hand goes back to whoever is there.
    pub(crate) fn link_lost(&self, reason: &str) {
        if self.link.is_closed() {
            return;
        }
        let since = SystemTime::now();
        self.link.set_up(false);
        self.health.send_replace(Health::Degraded {
            since,
            reason: reason.into(),
        });
        self.members()
            .iter()
            .for_each(|member| member.suspend(since));
        self.broker
            .queues()
            .iter()
            .for_each(|queue| queue.reclaim(self.id));
    }

    /// The link is back: subscriptions are restored before it is said.
    pub(crate) fn link_restored(&self) {
        if !self.link.is_open() {
            return;
        }
        self.members().iter().for_each(|member| member.resume());
        let before = self.health.send_replace(Health::Running);
        self.link.set_up(true);
        if matches!(before, Health::Degraded { .. }) {
            count_reconnect(NAME);
        }
    }

    fn close(&self) {
        if !self.link.close() {
            return;
        }
        self.members().iter().for_each(|member| member.end());
        self.broker
            .queues()
            .iter()
            .for_each(|queue| queue.reclaim(self.id));
        self.health.send_replace(Health::Closed);
        // Whoever waits for the link finds it open, and then the client closed.
        self.link.set_up(true);
    }

    async fn subscribe(
        self: &Arc<Self>,
        options: SubscribeOptions,
    ) -> Result<Subscription, TransportError> {
        self.link.check_open()?;
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        self.link.reached().await?;
        let (queue, id) = self.broker.open(self.id, &options)?;
        if queue.is_live() {
            for kept in self.broker.retained_for(&options.bindings) {
                queue.offer(Incoming {
                    envelope: kept,
                    retained: true,
                    delayed: None,
                })?;
            }
        }
        let prefetch = usize::from(options.prefetch.get());
        let link = Arc::clone(&self.link);
        let member = Member::join(Arc::clone(&self.broker), queue, id, prefetch, self.id, link);
        self.members.lock().push(Arc::downgrade(&member));
        Ok(Subscription::new(
            MemberSource::new(Arc::clone(&member)),
            member,
        ))
    }
}

#[async_trait]
impl Transport for Memory {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.client().broker.capabilities
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.client().publish(envelope, options).await
    }

    fn publish_at_once(
        &self,
        envelope: Envelope,
        options: &PublishOptions,
    ) -> Result<Result<Receipt, TransportError>, Envelope> {
        self.client().publish_at_once(envelope, options)
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        self.0.0.subscribe(options).await
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        self.client().link.reached().await?;
        self.client().broker.remove_group(group)
    }

    async fn cancel_delayed(&self, id: &DelayId) -> Result<bool, TransportError> {
        self.client().link.reached().await?;
        let Ok(number) = id.as_str().parse() else {
            return Ok(false);
        };
        let queues = self.client().broker.queues();
        Ok(queues.iter().filter(|queue| queue.withdraw(number)).count() > 0)
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        self.client().link.reached().await?;
        let broker = &self.client().broker;
        Ok(Arc::new(GroupDeadLetters {
            group: group.to_owned(),
            store: broker.dead_letters(group),
            broker: Arc::downgrade(broker),
            link: Arc::clone(&self.client().link),
        }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.client().health()
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.client().close();
        Ok(())
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("client", &self.client().id)
            .field("health", &*self.client().health.borrow())
            .finish_non_exhaustive()
    }
}

/// Word of an outage, for live subscriptions that missed what came in it.
pub(crate) fn outage(since: SystemTime) -> Gap {
    Gap::new("link lost").with_since(since)
}
