//! Who writes to the channel what comes fast, and hears the confirms of all.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use lapin::{Channel, Confirmation};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use trunkline_core::TransportError;

use super::desk::Board;
use super::job::{Fail, Job, Order};
use super::renewal::Renewal;
use super::sent::{Outcome, answer_all};
use super::writing::{Writing, Written};
use crate::config::AmqpConfig;
use crate::link::Up;

/// Hears what comes of all that is published, and writes what its publishers do not: one task for a
/// channel.
///
/// One task, because lapin hands the message that the broker returned to whichever confirm comes
/// next, which need not be its own: they are told apart here, where all are known. It keeps the
/// deadlines of all as well, which takes one timer instead of one for each event.
pub(super) struct Writer {
    up: Arc<Up>,
    board: Arc<Board>,
    config: Arc<AmqpConfig>,
    on_their_way: FuturesUnordered<Writing>,
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
    pub(super) fn new(up: Arc<Up>, board: Arc<Board>, config: Arc<AmqpConfig>) -> Self {
        Self {
            up,
            board,
            config,
            on_their_way: FuturesUnordered::new(),
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
        let mut bell = pin!(sleep_until(Instant::now()));
        loop {
            if let Some(alarm) = self.alarm
                && bell.deadline() != alarm
            {
                bell.as_mut().reset(alarm);
            }
            tokio::select! {
                biased;
                Some(written) = self.on_their_way.next() => {
                    if !self.heard(written) {
                        return;
                    }
                }
                opened = self.renewal.done() => {
                    if !self.reopened(opened) {
                        return;
                    }
                }
                order = orders.recv() => {
                    let Some(order) = order else {
                        break;
                    };
                    self.take(order, &mut orders);
                }
                () = &mut bell, if self.alarm.is_some() => self.ring(),
            }
        }
        while let Some(written) = self.on_their_way.next().await {
            self.heard(written);
        }
    }

    /// Takes this order and all others there are.
    fn take(&mut self, first: Order, orders: &mut mpsc::UnboundedReceiver<Order>) {
        let mut jobs = Vec::new();
        let mut next = Some(first);
        while let Some(order) = next {
            match order {
                Order::Publish(job) => jobs.push(job),
                Order::Hear(writing, deadline) => {
                    self.remind(deadline);
                    self.on_their_way.push(writing);
                }
                Order::Close => self.close(),
            }
            next = orders.try_recv().ok();
        }
        if !jobs.is_empty() {
            let ordered = jobs.len();
            self.write(jobs);
            self.board.was_ordered(ordered);
        }
    }

    /// Writes events, or keeps them until there is a channel.
    fn write(&mut self, jobs: impl IntoIterator<Item = Box<Job>>) {
        let board = Arc::clone(&self.board);
        let mut lines = board.lines();
        for mut job in jobs {
            if self.closing {
                job.answer(Err(Fail::Closed));
            }
            // The publisher has given up: it must not find it published after all.
            if job.is_given_up() {
                continue;
            }
            self.remind(job.deadline);
            if self.gone {
                self.waiting.push_back(job);
            } else {
                self.on_their_way.push(lines.write(job));
            }
        }
    }

    fn close(&mut self) {
        self.closing = true;
        let mut lines = self.board.lines();
        lines.shut();
        for job in lines.jobs().chain(&mut self.waiting) {
            job.answer(Err(Fail::Closed));
        }
    }

    fn remind(&mut self, deadline: Instant) {
        let alarm = self.alarm.get_or_insert(deadline);
        *alarm = deadline.min(*alarm);
    }

    /// Hears what came of an event, and of all others there are, before the first is answered: one may
    /// tell of another. False if the channel is gone, and there is no other to be had.
    fn heard(&mut self, first: Written) -> bool {
        let board = Arc::clone(&self.board);
        let mut lines = board.lines();
        let mut next = Some(first);
        while let Some(written) = next {
            if let Some(boxed) = written.boxed {
                lines.boxes.take_back(boxed);
            }
            if let Ok(Confirmation::Nack(_)) = written.confirmation {
                self.renewal.begin(&self.up, &self.config);
            }
            self.outcomes.push((written.slot, written.confirmation));
            next = self.on_their_way.next().now_or_never().flatten();
        }
        if answer_all(&mut lines.sent, &mut self.outcomes, &self.config) {
            self.gone = true;
            lines.shut();
        }
        !self.gone || !lines.sent.is_empty() || self.begin_to_reopen()
    }

    /// Tells those whose time is over, and looks when the next one's is.
    fn ring(&mut self) {
        let now = Instant::now();
        self.alarm = None;
        let mut lines = self.board.lines();
        for job in lines.jobs().chain(&mut self.waiting) {
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
        let was_gone = std::mem::replace(&mut self.gone, false);
        let channel = match opened {
            Ok(channel) => Some(channel),
            Err(error) if was_gone => {
                tracing::warn!(%error, "the publishing channel cannot be opened again");
                if !self.up.connection().status().connected() {
                    return false;
                }
                // The next publish fails on the closed channel and tries again.
                None
            }
            Err(error) => {
                tracing::warn!(%error, "a channel on which the broker refuses events cannot be replaced; it stays");
                None
            }
        };
        // What waited goes before what is published from now on.
        self.board.lines().replace(channel);
        let waiting = std::mem::take(&mut self.waiting);
        self.write(waiting);
        if !self.closing {
            self.board.lines().open();
        }
        true
    }
}

impl Drop for Writer {
    /// What was written and not heard of is lost to its publishers, and nothing more is written.
    fn drop(&mut self) {
        let mut lines = self.board.lines();
        lines.shut();
        lines.sent.clear();
    }
}
