//! Who writes to the channel, and hears the confirms.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use lapin::{Channel, Confirmation};
use slab::Slab;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use trunkline_core::TransportError;

use super::job::{Fail, Job, Order};
use super::renewal::Renewal;
use super::sent::{Outcome, Sent, answer_all};
use super::writing::{Boxes, Writing, Written};
use crate::config::AmqpConfig;
use crate::link::Up;

/// Writes what is published, one task for a channel.
///
/// One task, because lapin hands the message that the broker returned to whichever confirm comes
/// next, which need not be its own: they are told apart here, where all are known. It keeps the
/// deadlines of all as well, which takes one timer instead of one for each event.
pub(super) struct Writer {
    up: Arc<Up>,
    channel: Arc<Channel>,
    config: Arc<AmqpConfig>,
    sent: Slab<Sent>,
    boxes: Boxes,
    /// What was heard and not yet answered.
    outcomes: Vec<Outcome>,
    /// What came while the channel is gone.
    waiting: VecDeque<Box<Job>>,
    /// The earliest deadline there may be.
    alarm: Option<Instant>,
    /// The channel is gone; once nothing is on its way by it, another is opened.
    gone: bool,
    renewal: Renewal,
    /// The transport closes: nothing more is written.
    closing: bool,
}

impl Writer {
    pub(super) fn new(up: Arc<Up>, channel: Channel, config: Arc<AmqpConfig>) -> Self {
        Self {
            up,
            channel: Arc::new(channel),
            config,
            sent: Slab::new(),
            boxes: Boxes::default(),
            outcomes: Vec::new(),
            waiting: VecDeque::new(),
            alarm: None,
            gone: false,
            renewal: Renewal::new(),
            closing: false,
        }
    }

    /// Writes until there is nobody left to publish and nothing to confirm.
    pub(super) async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut on_their_way = FuturesUnordered::new();
        let mut bell = pin!(sleep_until(Instant::now()));
        loop {
            if let Some(alarm) = self.alarm
                && bell.deadline() != alarm
            {
                bell.as_mut().reset(alarm);
            }
            tokio::select! {
                biased;
                Some(written) = on_their_way.next() => {
                    self.heard(written);
                    // All there are, before the first is answered: one may tell of another.
                    while let Some(Some(written)) = on_their_way.next().now_or_never() {
                        self.heard(written);
                    }
                    self.gone |= self.answer();
                    if self.gone && self.sent.is_empty() && !self.begin_to_reopen() {
                        return;
                    }
                }
                opened = self.renewal.done() => {
                    if !self.reopened(opened) {
                        return;
                    }
                    for job in std::mem::take(&mut self.waiting) {
                        if !job.is_given_up() {
                            on_their_way.push(self.write(job));
                        }
                    }
                }
                order = orders.recv() => {
                    let mut next = order;
                    if next.is_none() {
                        break;
                    }
                    while let Some(order) = next {
                        if let Some(job) = self.take(order) {
                            on_their_way.push(self.write(job));
                        }
                        next = orders.try_recv().ok();
                    }
                }
                () = &mut bell, if self.alarm.is_some() => self.ring(),
            }
        }
        while let Some(written) = on_their_way.next().await {
            self.heard(written);
            self.answer();
        }
    }

    /// Takes an order; gives the job that is to be written now.
    fn take(&mut self, order: Order) -> Option<Box<Job>> {
        let mut job = match order {
            Order::Publish(job) => job,
            Order::Close => {
                self.closing = true;
                let on_their_way = self.sent.iter_mut().map(|(_, sent)| &mut sent.job);
                for job in on_their_way.chain(&mut self.waiting) {
                    job.answer(Err(Fail::Closed));
                }
                return None;
            }
        };
        if self.closing {
            job.answer(Err(Fail::Closed));
        }
        // The publisher has given up: it must not find it published after all.
        if job.is_given_up() {
            return None;
        }
        let alarm = self.alarm.get_or_insert(job.deadline);
        *alarm = job.deadline.min(*alarm);
        if self.gone {
            self.waiting.push_back(job);
            return None;
        }
        Some(job)
    }

    fn write(&mut self, mut job: Box<Job>) -> Writing {
        let properties = std::mem::take(&mut job.properties);
        let entry = self.sent.vacant_entry();
        let (target, body) = (&job.target, job.envelope.body());
        let writing = self
            .boxes
            .write(entry.key(), &self.channel, target, body, properties);
        entry.insert(Sent::new(job));
        writing
    }

    /// Takes what came of an event.
    fn heard(&mut self, written: Written) {
        if let Some(boxed) = written.boxed {
            self.boxes.take_back(boxed);
        }
        if let Ok(Confirmation::Nack(_)) = written.confirmation {
            self.renewal.begin(&self.up, &self.config);
        }
        self.outcomes.push((written.slot, written.confirmation));
    }

    /// Answers all that was heard of; true if the channel is gone.
    fn answer(&mut self) -> bool {
        answer_all(&mut self.sent, &mut self.outcomes, &self.config)
    }

    /// Tells those whose time is over, and looks when the next one's is.
    fn ring(&mut self) {
        let now = Instant::now();
        self.alarm = None;
        let on_their_way = self.sent.iter_mut().map(|(_, sent)| &mut sent.job);
        for job in on_their_way.chain(&mut self.waiting) {
            if job.deadline <= now {
                job.answer(Err(Fail::Late));
            } else if !job.is_given_up() {
                let alarm = self.alarm.get_or_insert(job.deadline);
                *alarm = job.deadline.min(*alarm);
            }
        }
    }

    /// Begins to open another channel where the broker closed this one and the connection lives; false
    /// if that cannot be had.
    fn begin_to_reopen(&mut self) -> bool {
        if self.closing || !self.up.connection().status().connected() {
            return false;
        }
        self.renewal.begin_at_once(&self.up, &self.config);
        true
    }

    /// Goes on with the new channel; false if there is none to be had. What is on its way by the old one
    /// is still confirmed there, and that closes with the last of it.
    fn reopened(&mut self, opened: Result<Channel, TransportError>) -> bool {
        self.gone = false;
        match opened {
            Ok(channel) => {
                self.channel = Arc::new(channel);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the publishing channel cannot be opened again");
                // The next publish fails on the closed channel and tries again.
                self.up.connection().status().connected()
            }
        }
    }
}
