//! One client of a broker: a link to publish on, a link to consume on, and what runs on them.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::FieldTable;
use tokio::sync::watch;
use tokio::task::JoinSet;
use trunkline_core::{
    Capabilities, DeadLetters, DelayId, Envelope, Health, PublishOptions, Receipt,
    SubscribeOptions, Subscription, Transport, TransportError, check_publish, count_reconnect,
};

use crate::NAME;
use crate::config::AmqpConfig;
use crate::consume::{Member, MemberSource};
use crate::dead::GroupDeadLetters;
use crate::error::{broker, closed, soft};
use crate::link::{Duty, Up, keep};
use crate::publish::{Publisher, Target};
use crate::topology::{self, Delays, dead_queue};

/// A client of RabbitMQ. Clones share the connections, which end when the last of them is dropped
/// or one is closed.
#[derive(Clone)]
pub struct Amqp(Arc<Handle>);

struct Handle(Arc<Client>);

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

/// What both links say of themselves, together.
struct LinkHealth {
    told: watch::Sender<Health>,
    /// By link; `None` is up.
    trouble: Mutex<[Option<Arc<str>>; 2]>,
    /// The first time that a link was tried and failed, or that both are up.
    first: watch::Sender<Option<Result<(), Arc<TransportError>>>>,
}

impl LinkHealth {
    fn new() -> Self {
        let not_yet = || Some(Arc::from("not connected yet"));
        Self {
            told: watch::channel(Health::Connecting).0,
            trouble: Mutex::new([not_yet(), not_yet()]),
            first: watch::channel(None).0,
        }
    }

    fn tell(&self, link: usize, state: Result<(), &TransportError>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble[link] = state.err().map(|error| chain(error).into());
        let now = trouble.iter().flatten().next().cloned();
        let before = self.told.borrow().clone();
        let health = match (now, &before) {
            (_, Health::Closed) => return,
            (None, _) => Health::Running,
            (Some(_), Health::Connecting) => Health::Connecting,
            (Some(reason), Health::Degraded { since, .. }) => Health::Degraded {
                since: *since,
                reason,
            },
            (Some(reason), _) => Health::Degraded {
                since: SystemTime::now(),
                reason,
            },
        };
        if health.is_running() && matches!(before, Health::Degraded { .. }) {
            count_reconnect(NAME);
        }
        self.told.send_replace(health);
    }

    fn tried(&self, outcome: Result<(), TransportError>) {
        self.first.send_if_modified(|first| {
            let news = first.is_none();
            if news {
                *first = Some(outcome.map_err(Arc::new));
            }
            news
        });
    }
}

/// An error with its causes, for a line of text.
fn chain(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Keeps what consumes.
struct Consuming(Arc<Client>);

#[async_trait]
impl Duty for Consuming {
    fn role(&self) -> &'static str {
        "consume"
    }

    async fn restore(&self, up: &Arc<Up>) -> Result<(), TransportError> {
        let client = &self.0;
        let channel = topology::channel(up).await?;
        topology::declare_exchanges(&channel, &client.config).await?;
        let _ = channel.close(200, "done".into()).await;
        for member in client.members() {
            if let Err(error) = member.make(up).await {
                if !up.connection().status().connected() {
                    return Err(error);
                }
                // The link lives: it is this subscription that the broker will not have.
                tracing::warn!(%error, "a subscription has ended");
                member.fail(error);
            }
        }
        Ok(())
    }

    fn tell(&self, state: Result<Arc<Up>, &TransportError>) {
        let client = &self.0;
        let (way, told) = match state {
            Ok(up) => (Way::Up(up), Ok(())),
            Err(error @ TransportError::Closed { .. }) => (Way::Closed, Err(error)),
            Err(error) => (Way::Down, Err(error)),
        };
        match &way {
            Way::Up(_) => {}
            Way::Down => client.members().iter().for_each(|member| member.suspend()),
            Way::Closed => client.members().iter().for_each(|member| member.shut()),
        }
        client.consume.send_replace(way);
        client.health.tell(1, told);
    }

    async fn conclude(&self) {
        let mut ending = JoinSet::new();
        for member in self.0.members() {
            ending.spawn(async move { member.conclude().await });
        }
        while ending.join_next().await.is_some() {}
    }
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

    /// Where to publish so that an event arrives after a wait.
    pub(crate) async fn later(
        &self,
        target: Target,
        after: Duration,
    ) -> Result<Target, TransportError> {
        if after.is_zero() {
            return Ok(target);
        }
        let up = self.publisher.up().await?;
        self.delays.toward(&up, target, after).await
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
        let target = tokio::time::timeout(options.timeout, self.later(target, delay))
            .await
            .map_err(|_| TransportError::Unreachable {
                transport: NAME,
                endpoint: self.config.addresses[0].to_string(),
                source: "the link was not there in time".into(),
            })??;
        let id = envelope.id().map(ToString::to_string).unwrap_or_default();
        self.publisher
            .publish(target, envelope, none, options.timeout)
            .await?;
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
                Ok(()) => break,
                Err(error) if up.connection().status().connected() => return Err(error),
                // Lost on the way: the next link will do.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        let source = MemberSource::new(Arc::clone(&member));
        Ok(Subscription::new(source, member))
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        let up = self.consume_link().await?;
        let channel = topology::channel(&up).await?;
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let there = channel.queue_declare(group.into(), passive, FieldTable::default());
        match there.await {
            // Asked here, as a quorum queue knows no deletion of what is unused alone, and ends the
            // connection over the question.
            Ok(queue) if queue.consumer_count() > 0 => {
                return Err(TransportError::InUse {
                    transport: NAME,
                    group: group.to_owned(),
                });
            }
            Ok(_) => {}
            Err(error) if matches!(soft(&error), Some((AMQPSoftError::NOTFOUND, _))) => {
                self.remove_dead(&up, group).await?;
                return Ok(false);
            }
            Err(error) => return Err(broker(format!("`{group}` cannot be asked for"), error)),
        }
        let removed = channel.queue_delete(group.into(), QueueDeleteOptions::default());
        removed
            .await
            .map_err(|error| broker(format!("`{group}` cannot be removed"), error))?;
        let _ = channel.close(200, "done".into()).await;
        self.remove_dead(&up, group).await?;
        Ok(true)
    }

    async fn remove_dead(&self, up: &Arc<Up>, group: &str) -> Result<(), TransportError> {
        let channel = topology::channel(up).await?;
        let dead = dead_queue(group);
        let removed = channel.queue_delete(dead.as_str().into(), QueueDeleteOptions::default());
        removed
            .await
            .map_err(|error| broker(format!("`{dead}` cannot be removed"), error))?;
        let _ = channel.close(200, "done".into()).await;
        Ok(())
    }

    async fn close(&self) {
        self.closing.send_replace(true);
        let mut closed = self.closed.subscribe();
        // Fails only if nobody can say it any more, and then it is so.
        let _ = closed.wait_for(|closed| *closed).await;
    }
}

impl Amqp {
    /// Begins to connect; returns when the first attempt has succeeded or failed.
    ///
    /// A broker that is not there is no error: the transport goes on trying, and what needs the
    /// link waits for it. Where the broker *refuses* us, that is told.
    ///
    /// # Errors
    /// [`TransportError::Denied`] for wrong credentials, a wrong virtual host, a certificate that is
    /// not trusted; [`TransportError::Broker`] for exchanges that cannot be had.
    pub async fn connect(config: AmqpConfig) -> Result<Self, TransportError> {
        let config = Arc::new(config);
        let health = Arc::new(LinkHealth::new());
        let (told, closing) = (Arc::clone(&health), watch::channel(false).0);
        let publisher = Publisher::new(Arc::clone(&config), move |state| told.tell(0, state));
        let client = Arc::new(Client {
            capabilities: config.capabilities(),
            publisher: Arc::new(publisher),
            consume: watch::channel(Way::Down).0,
            members: Mutex::default(),
            delays: Delays::default(),
            closing,
            closed: watch::channel(false).0,
            health,
            config,
        });
        let handle = Self(Arc::new(Handle(Arc::clone(&client))));
        tokio::spawn(run(Arc::clone(&client)));
        let mut first = client.health.first.subscribe();
        let outcome = match first.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Err(error))) => Err(Arc::clone(error)),
            _ => Ok(()),
        };
        drop(first);
        let Err(error) = outcome else {
            return Ok(handle);
        };
        client.close().await;
        client.health.first.send_replace(None);
        Err(Arc::try_unwrap(error).unwrap_or_else(|_| closed()))
    }

    fn client(&self) -> &Arc<Client> {
        &self.0.0
    }
}

/// Keeps both links until the client closes.
async fn run(client: Arc<Client>) {
    let config = Arc::clone(&client.config);
    let first = Arc::clone(&client.health);
    let told = move |outcome| first.tried(outcome);
    let publishing = keep(
        Arc::clone(&config),
        Arc::clone(&client.publisher) as Arc<dyn Duty>,
        client.closing.subscribe(),
        &told,
    );
    let consuming = keep(
        config,
        Arc::new(Consuming(Arc::clone(&client))),
        client.closing.subscribe(),
        &told,
    );
    // What was consumed is settled before the way out is closed: a retry goes by it.
    let health = Arc::clone(&client.health);
    tokio::join!(publishing, consuming);
    health.told.send_replace(Health::Closed);
    client.closed.send_replace(true);
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.closing.send_replace(true);
    }
}

#[async_trait]
impl Transport for Amqp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.client().capabilities
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.client().publish(envelope, options).await
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        self.client().subscribe(options).await
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        self.client().remove_group(group).await
    }

    async fn cancel_delayed(&self, _: &DelayId) -> Result<bool, TransportError> {
        if self.client().is_closing() {
            return Err(closed());
        }
        Err(TransportError::Unsupported {
            transport: NAME,
            what: "withdrawing a delayed event",
            hint: "let its handler ask whether it is still wanted",
        })
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        let client = Arc::clone(self.client());
        if client.is_closing() {
            return Err(closed());
        }
        let group = group.to_owned();
        Ok(Arc::new(GroupDeadLetters { client, group }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.client().health.told.subscribe()
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.client().close().await;
        Ok(())
    }
}

impl fmt::Debug for Amqp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amqp")
            .field("name", &self.client().config.name)
            .field("health", &*self.client().health.told.borrow())
            .finish_non_exhaustive()
    }
}
