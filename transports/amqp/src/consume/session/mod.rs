//! One consumer on one channel, and the settling of what it brought.

mod settle;
mod tell;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use lapin::{Channel, Consumer};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use trunkline_core::{Envelope, Gap};

use super::acks::Acks;
use super::recall::Recall;
use crate::client::Client;
use crate::codec::{Decoded, decode};
use crate::topology::QueueSpec;

pub(super) use settle::SessionSettler;

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
}
