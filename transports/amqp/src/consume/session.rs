//! One consumer on one channel, and the settling of what it brought.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::future::{BoxFuture, ready};
use futures_util::{FutureExt, StreamExt};
use lapin::options::{BasicAckOptions, BasicNackOptions, BasicQosOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, Consumer};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use trunkline_core::{
    Envelope, Gap, Nack, Rejection, Routing, SettleError, SettleFuture, Settlement, Settler,
    Ticket, TransportError,
};

use super::acks::{Acks, Held};
use super::recall::Recall;
use crate::NAME;
use crate::client::Client;
use crate::codec::{ATTEMPTS, Decoded, FIRST_ATTEMPT, KEY, decode, micros, story};
use crate::publish::Target;
use crate::topology::{QueueSpec, dead_queue};

/// Longest wait for the broker to own a copy of a delivery.
const COPY_PATIENCE: Duration = Duration::from_secs(30);

/// After so long without an ack the next is written at once, and those behind it are gathered.
const QUIET: Duration = Duration::from_millis(1);

const REQUEUE: BasicNackOptions = BasicNackOptions {
    requeue: true,
    multiple: false,
};

/// Frames on their way to the wire.
type Written = BoxFuture<'static, lapin::Result<()>>;

/// How often the length of a bounded queue is asked for at most.
const LOOK: Duration = Duration::from_millis(100);

/// Longest wait for an answer on the way out.
const FAREWELL: Duration = Duration::from_secs(2);

/// One consumer on one channel. It ends with its link; the next has a channel of its own.
pub(super) struct Session {
    client: Arc<Client>,
    spec: Arc<QueueSpec>,
    pub(super) epoch: u64,
    channel: Channel,
    /// The channel by which a member takes part in its group's agreement.
    agreement: Option<(Channel, Consumer)>,
    prefetch: u16,
    consumer: Mutex<Option<Consumer>>,
    acks: Mutex<Acks>,
    /// There is something to tell the broker.
    news: Notify,
    /// Tells the subscription that events may have been missed.
    tell_gap: Box<dyn Fn(Gap) + Send + Sync>,
    /// When acks were last written.
    wrote: Mutex<Option<Instant>>,
    /// When the length of the queue was last asked for.
    looked: Mutex<Option<Instant>>,
    overflown: AtomicBool,
    alive: AtomicBool,
    /// Nothing more will be handed out.
    finishing: AtomicBool,
}

impl Session {
    pub(super) fn new(
        client: Arc<Client>,
        spec: Arc<QueueSpec>,
        epoch: u64,
        (channel, agreement): (Channel, Option<(Channel, Consumer)>),
        prefetch: u16,
        consumer: Consumer,
        tell_gap: Box<dyn Fn(Gap) + Send + Sync>,
    ) -> Arc<Self> {
        let session = Arc::new(Self {
            client,
            spec,
            epoch,
            channel,
            agreement,
            prefetch,
            consumer: Mutex::new(Some(consumer)),
            acks: Mutex::default(),
            news: Notify::new(),
            tell_gap,
            wrote: Mutex::default(),
            looked: Mutex::default(),
            overflown: AtomicBool::new(false),
            alive: AtomicBool::new(true),
            finishing: AtomicBool::new(false),
        });
        tokio::spawn(Arc::clone(&session).tell_the_broker());
        session
    }

    pub(super) fn consumer(&self) -> MutexGuard<'_, Option<Consumer>> {
        self.consumer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn acks(&self) -> MutexGuard<'_, Acks> {
        self.acks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::SeqCst)
    }

    /// Lets the broker be told soon.
    pub(super) fn tell(&self) {
        self.news.notify_one();
    }

    /// The link is gone: what was in hand will come again, from the broker.
    pub(super) fn die(&self) {
        if !self.alive.swap(false, Ordering::SeqCst) {
            return;
        }
        drop(self.consumer().take());
        for held in self.acks().take_all() {
            self.remember(&held.envelope, held.attempt);
        }
        self.news.notify_one();
    }

    fn remember(&self, envelope: &Envelope, begun: u32) {
        Recall::here().remember(self.spec.name.as_str(), envelope, begun);
    }

    /// The how-manieth attempt a delivery is: as its copy tells, as a quorum queue has counted, as
    /// this process remembers; and where nobody knows, one more than the broker's flag says.
    pub(super) fn attempt(&self, decoded: &Decoded, redelivered: bool) -> u32 {
        let again = decoded.delivery_count.unwrap_or(u32::from(redelivered));
        let counted = decoded.attempts.saturating_add(again).saturating_add(1);
        if !redelivered {
            return counted;
        }
        let queue = self.spec.name.as_str();
        let begun = Recall::here().recall(queue, &decoded.envelope);
        begun.map_or(counted, |begun| begun.saturating_add(1))
    }

    /// Tells the broker what was settled: as much as there is at a time, so that a busy
    /// subscription costs few frames.
    async fn tell_the_broker(self: Arc<Self>) {
        while self.is_alive() {
            if self.acks().untold() == 0 {
                if self.finishing.load(Ordering::SeqCst) && self.acks().in_hand() == 0 {
                    break;
                }
                self.news.notified().await;
                // Whoever settles just now may settle more.
                tokio::task::yield_now().await;
            }
            if self.flush().await.is_err() {
                break;
            }
        }
        if self.is_alive() && self.finishing.load(Ordering::SeqCst) {
            let _ = timeout(FAREWELL, self.channel.close(200, "done".into())).await;
        }
    }

    /// Looks whether the queue has been full: then its oldest events may have gone. Asked before
    /// the broker hears of room, and not too often.
    async fn look_for_overflow(&self) {
        let Some(room) = self.spec.room.filter(|_| self.spec.group.is_none()) else {
            return;
        };
        if self.finishing.load(Ordering::SeqCst) {
            // The queue went with its consumer.
            return;
        }
        let since = self
            .looked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(Instant::now());
        if since.is_some_and(|since| since.elapsed() < LOOK) {
            return;
        }
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let name = self.spec.name.clone();
        let asked = self
            .channel
            .queue_declare(name, passive, FieldTable::default());
        let full = match asked.await {
            Ok(queue) => queue.message_count() as usize >= room,
            Err(_) => return,
        };
        if full && !self.overflown.swap(full, Ordering::SeqCst) {
            (self.tell_gap)(Gap::new("unread limit reached"));
        } else if !full {
            self.overflown.store(false, Ordering::SeqCst);
        }
    }

    /// Tells the broker what it does not know yet; returns when it is written.
    async fn flush(&self) -> lapin::Result<()> {
        if self.acks().untold() > 0 {
            self.look_for_overflow().await;
        }
        match self.write() {
            Some(written) => written.await,
            None => Ok(()),
        }
    }

    /// Hands to lapin what the broker does not know yet; what is given ends when the last of it is
    /// on the wire. Under one lock with what is told: an ack of all up to a tag that overtook the
    /// return of one before it would cover that as well.
    fn write(&self) -> Option<Written> {
        let mut acks = self.acks();
        let word = acks.word();
        let mut last: Option<Written> = None;
        let mut hand_over = |mut frame: Written| {
            // lapin takes a frame when it is first polled; the rest is waiting.
            let first = frame.as_mut().now_or_never();
            last = match first {
                Some(done) => Some(Box::pin(ready(done))),
                None => Some(frame),
            };
        };
        let channel = || self.channel.clone();
        for tag in word.back {
            let (channel, options) = (channel(), REQUEUE);
            hand_over(Box::pin(
                async move { channel.basic_nack(tag, options).await },
            ));
        }
        if let Some(tag) = word.up_to {
            let (channel, options) = (channel(), BasicAckOptions { multiple: true });
            hand_over(Box::pin(
                async move { channel.basic_ack(tag, options).await },
            ));
        }
        for tag in word.single {
            let (channel, options) = (channel(), BasicAckOptions { multiple: false });
            hand_over(Box::pin(
                async move { channel.basic_ack(tag, options).await },
            ));
        }
        *self.wrote.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        last
    }

    /// Whether acks come so seldom that there is nothing to gather.
    fn is_quiet(&self) -> bool {
        let wrote = *self.wrote.lock().unwrap_or_else(PoisonError::into_inner);
        self.spec.group.is_some() && wrote.is_none_or(|wrote| wrote.elapsed() >= QUIET)
    }

    /// Ends the supply: nothing is handed out any more, what was not handed out goes back, and what
    /// is in hand may still be settled.
    pub(super) async fn finish(&self) {
        let tag = self.consumer().as_ref().map(Consumer::tag);
        if let Some(tag) = tag
            && self.is_alive()
        {
            // What the broker sent before it answers is here when it has.
            let cancel = self.channel.basic_cancel(tag, Default::default());
            let _ = timeout(FAREWELL, cancel).await;
        }
        if let Some(mut consumer) = self.consumer().take() {
            while let Some(Some(Ok(delivery))) = consumer.next().now_or_never() {
                self.return_unseen(delivery);
            }
        }
        if let Some((agreement, _)) = &self.agreement {
            let _ = timeout(FAREWELL, agreement.close(200, "done".into())).await;
        }
        self.finishing.store(true, Ordering::SeqCst);
        self.news.notify_one();
    }

    /// Gives a delivery back that nobody has seen.
    fn return_unseen(&self, delivery: lapin::message::Delivery) {
        let key = delivery.routing_key.as_str();
        let decoded = decode(key, &delivery.properties, delivery.data);
        let attempt = self.attempt(&decoded, delivery.redelivered);
        self.remember(&decoded.envelope, attempt.saturating_sub(1));
        self.acks().unseen(delivery.delivery_tag, true);
    }

    /// Ends all of it: the transport closes. What was settled is told; the rest comes again.
    pub(super) async fn conclude(&self) {
        self.finish().await;
        let _ = timeout(FAREWELL, self.flush()).await;
        self.die();
    }

    /// Waits until the broker has handled all it was told.
    async fn round_trip(&self) -> Result<(), SettleError> {
        let stale = |_| SettleError::Stale { transport: NAME };
        self.flush().await.map_err(stale)?;
        // Any question will do: a channel's frames are handled in order. This one changes nothing,
        // as it speaks of consumers to come.
        let question = self
            .channel
            .basic_qos(self.prefetch, BasicQosOptions::default());
        question.await.map_err(stale)
    }

    async fn retry(self: Arc<Self>, tag: Ticket, nack: Nack) -> Result<(), SettleError> {
        let held = self.claimed(tag)?;
        let mut envelope = held.envelope.clone();
        // In hand it no longer expires, and it would cut the wait short.
        envelope.properties_mut().set_expiration(None);
        for (name, value) in nack.headers.iter() {
            if let Err(error) = envelope.headers_mut().insert(name, value) {
                tracing::warn!(header = name, %error, "a retry's header was left out");
            }
        }
        let mut extra = self.way_back(&held);
        extra.insert(
            ATTEMPTS.into(),
            AMQPValue::LongLongInt(i64::from(held.attempt)),
        );
        let first = held.first_attempt_at.unwrap_or_else(SystemTime::now);
        extra.insert(FIRST_ATTEMPT.into(), AMQPValue::LongLongInt(micros(first)));
        let target = Target::queue(self.spec.name.as_str());
        let copied = match self.client.later(target, nack.after).await {
            Ok(target) => self.copy(target, envelope, extra).await,
            Err(error) => Err(error),
        };
        self.copied(tag, &held, "a retry", copied)
    }

    async fn bury(self: Arc<Self>, tag: Ticket, rejection: Rejection) -> Result<(), SettleError> {
        let held = self.claimed(tag)?;
        let group = match &self.spec.group {
            Some(group) if self.spec.keep_dead_letters => group,
            _ => {
                tracing::warn!(
                    subscription = self.spec.name.as_str(),
                    routing_key = held.envelope.routing_key().as_str(),
                    reason = rejection.reason.as_str(),
                    "an event was dropped: the subscription keeps no dead letters"
                );
                return self.copied(tag, &held, "a dead letter", Ok(()));
            }
        };
        let mut envelope = held.envelope.clone();
        envelope.properties_mut().set_expiration(None);
        // Ours for the way; the letter tells it in a field of its own.
        envelope
            .headers_mut()
            .remove(trunkline_core::HANDLERS_HEADER);
        let mut extra = self.way_back(&held);
        let told = story::tell(&rejection, group, held.attempt, held.first_attempt_at);
        for (name, value) in &told {
            extra.insert(name.clone(), value.clone());
        }
        let target = Target::queue(&dead_queue(group));
        let copied = self.copy(target, envelope, extra).await;
        self.copied(tag, &held, "a dead letter", copied)
    }

    fn claimed(&self, tag: Ticket) -> Result<Held, SettleError> {
        let claimed = self.acks().claim(tag).filter(|_| self.is_alive());
        claimed.ok_or_else(|| self.stale())
    }

    fn way_back(&self, held: &Held) -> FieldTable {
        let mut extra = FieldTable::default();
        let key = held.envelope.routing_key().as_str();
        extra.insert(KEY.into(), AMQPValue::LongString(key.into()));
        extra
    }

    /// Publishes a copy that must reach its queue.
    async fn copy(
        &self,
        target: Target,
        envelope: Envelope,
        extra: FieldTable,
    ) -> Result<(), TransportError> {
        let publisher = &self.client.publisher;
        let place = target.routing_key.to_string();
        match publisher
            .publish(target, envelope, extra, COPY_PATIENCE)
            .await?
        {
            Routing::Unroutable => Err(TransportError::Broker {
                transport: NAME,
                what: format!("there is no queue `{place}`"),
                source: None,
            }),
            _ => Ok(()),
        }
    }

    /// Ends the original once its copy is owned by the broker, or gives it back.
    fn copied(
        &self,
        tag: Ticket,
        held: &Held,
        what: &'static str,
        copied: Result<(), TransportError>,
    ) -> Result<(), SettleError> {
        if copied.is_err() {
            self.remember(&held.envelope, held.attempt);
        }
        self.acks().release(tag, copied.is_ok());
        self.tell();
        copied.map_err(|source| SettleError::Refused {
            transport: NAME,
            what,
            source: Box::new(source),
        })
    }

    fn stale(&self) -> SettleError {
        if self.client.is_closing() {
            return SettleError::Closed { transport: NAME };
        }
        SettleError::Stale { transport: NAME }
    }

    fn done(&self, tag: Ticket) -> Result<(), SettleError> {
        if self.is_alive() && self.acks().done(tag) {
            if self.is_quiet() {
                drop(self.write());
            }
            self.tell();
            return Ok(());
        }
        Err(self.stale())
    }
}

/// A session as deliveries hold it.
#[derive(Clone)]
pub(super) struct SessionSettler(pub(super) Arc<Session>);

impl Settler for SessionSettler {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        let session = Arc::clone(&self.0);
        match settlement {
            Settlement::Ack => SettleFuture::ready(session.done(ticket)),
            Settlement::AckSure => SettleFuture::boxed(async move {
                session.done(ticket)?;
                session.round_trip().await
            }),
            Settlement::Nack(nack) => SettleFuture::boxed(session.retry(ticket, *nack)),
            Settlement::Reject(rejection) => SettleFuture::boxed(session.bury(ticket, *rejection)),
            _ => SettleFuture::ready(Err(SettleError::Unsupported {
                transport: NAME,
                what: "this settlement",
            })),
        }
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        let held = self.0.acks().give_back(ticket);
        if let Some(held) = held {
            let begun = held.attempt.saturating_sub(u32::from(!seen));
            self.0.remember(&held.envelope, begun);
            self.0.tell();
        }
    }
}

impl fmt::Debug for SessionSettler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSettler")
            .field("queue", &self.0.spec.name.as_str())
            .finish_non_exhaustive()
    }
}
