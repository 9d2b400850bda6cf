//! One client of a broker: a link to publish on, a link to consume on, and what runs on them.

mod amqp;
mod consuming;
mod groups;
mod health;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lapin::types::FieldTable;
use tokio::sync::watch;
use tokio::time::timeout;
use trunkline_core::{
    Capabilities, DelayId, Envelope, PublishOptions, Receipt, Routing, SubscribeOptions,
    Subscription, TransportError, check_publish,
};

use crate::NAME;
use crate::config::AmqpConfig;
use crate::consume::{Member, MemberSource};
use crate::error::{closed, is_gone};
use crate::link::Up;
use crate::publish::{Publisher, Target};
use crate::topology::Delays;

pub use amqp::Amqp;
use health::LinkHealth;

/// What runs on the links of one client.
pub(crate) struct Client {
    pub(crate) config: Arc<AmqpConfig>,
    capabilities: Capabilities,
    pub(crate) publisher: Arc<Publisher>,
    consume: watch::Sender<Way>,
    members: Mutex<Vec<Weak<Member>>>,
    delays: Delays,
    health: Arc<LinkHealth>,
    closing: watch::Sender<bool>,
    closed: watch::Sender<bool>,
}

/// The way to the broker, for consuming.
#[derive(Clone)]
enum Way {
    Down,
    Up(Arc<Up>),
    Closed,
}

impl Client {
    fn members(&self) -> Vec<Arc<Member>> {
        let mut members: MutexGuard<'_, Vec<Weak<Member>>> =
            self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.retain(|member| member.strong_count() > 0);
        members.iter().filter_map(Weak::upgrade).collect()
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Waits for the link to consume on.
    pub(crate) async fn consume_link(&self) -> Result<Arc<Up>, TransportError> {
        let mut way = self.consume.subscribe();
        match way
            .wait_for(|way| !matches!(way, Way::Down))
            .await
            .as_deref()
        {
            Ok(Way::Up(up)) => Ok(Arc::clone(up)),
            _ => Err(closed()),
        }
    }

    /// Tells that a subscription has its queue, or why it waits for it.
    pub(crate) fn tell_queue(&self, queue: &str, state: Result<(), &TransportError>) {
        self.health.tell_queue(queue, state);
    }

    /// Publishes so that an event arrives after a wait, or at once if that is zero. A wait that
    /// somebody deleted is declared again.
    pub(crate) async fn publish_later(
        &self,
        (target, after): (Target, Duration),
        envelope: &Envelope,
        extra: &FieldTable,
        patience: Duration,
    ) -> Result<Routing, TransportError> {
        let publish = |target| {
            let (envelope, extra) = (envelope.clone(), extra.clone());
            self.publisher.publish(target, envelope, extra, patience)
        };
        if after.is_zero() {
            return publish(target).await;
        }
        let wait = self.wait(target.clone(), after, patience).await?;
        match publish(wait.clone()).await {
            Ok(Routing::Unroutable) => {}
            Err(error) if is_gone(&error) => {}
            outcome => return outcome,
        }
        self.delays.forget(&wait);
        let wait = self.wait(target, after, patience).await?;
        publish(wait).await
    }

    /// Where to publish so that an event reaches its target after a wait.
    async fn wait(
        &self,
        target: Target,
        after: Duration,
        patience: Duration,
    ) -> Result<Target, TransportError> {
        let declared = async {
            let up = self.publisher.up().await?;
            self.delays.toward(&up, target, after).await
        };
        timeout(patience, declared)
            .await
            .unwrap_or_else(|_| Err(self.publisher.unreachable()))
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        if self.is_closing() {
            return Err(closed());
        }
        check_publish(NAME, &self.capabilities, &envelope)?;
        if options.retain {
            return Err(TransportError::Unsupported {
                transport: NAME,
                what: "keeping the last value of a key",
                hint: "AMQP has no such place; keep it in the service that knows it",
            });
        }
        let key = envelope.routing_key().as_str();
        let target = Target::exchange(&self.config.exchange.name, key);
        let none = FieldTable::default();
        let Some(delay) = options.delay.filter(|delay| !delay.is_zero()) else {
            let publish = self
                .publisher
                .publish(target, envelope, none, options.timeout);
            return publish.await.map(Receipt::new);
        };
        let id = envelope.id().map(ToString::to_string).unwrap_or_default();
        let later = (target, delay);
        Box::pin(self.publish_later(later, &envelope, &none, options.timeout)).await?;
        Ok(Receipt::delayed(DelayId::new(id)))
    }

    async fn subscribe(
        self: &Arc<Self>,
        options: SubscribeOptions,
    ) -> Result<Subscription, TransportError> {
        if self.is_closing() {
            return Err(closed());
        }
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        let member = Member::new(Arc::clone(self), &options)?;
        // Known before it is made: a link that comes in between makes it as well.
        self.members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Arc::downgrade(&member));
        loop {
            let up = self.consume_link().await?;
            match member.make(&up).await {
                Ok(()) => {
                    // A link that came in between made it as well, and may have been refused.
                    member.refusal()?;
                    break;
                }
                Err(error) if up.connection().status().connected() => return Err(error),
                // Lost on the way: the next link will do.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        let source = MemberSource::new(Arc::clone(&member));
        Ok(Subscription::new(source, member))
    }

    async fn close(&self) {
        self.closing.send_replace(true);
        let mut closed = self.closed.subscribe();
        // Fails only if nobody can say it any more, and then it is so.
        let _ = closed.wait_for(|closed| *closed).await;
    }
}
