//! The loop that takes deliveries and runs their handlers.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use futures_util::Stream;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::handlers::HandlerEntry;
use super::lanes::LaneKey;
use super::run::{Dispatcher, Work};
use crate::handler::{Context, Shared};
use crate::transport::{Delivery, Incoming, Subscription, TransportError};

/// Whether a service is to go on, or to finish by a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stop {
    Run,
    Drain { deadline: Instant },
}

/// What a service did with what it had when it was told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DrainReport {
    /// Deliveries whose handlers were running and have finished.
    pub finished: usize,
    /// Deliveries not yet begun, handed back at no attempt's cost.
    pub handed_back: usize,
    /// Deliveries whose handlers were cut short at the deadline, and which will be tried again.
    pub cancelled: usize,
}

/// Deliveries handled in one turn before others on the runtime get theirs.
const TURN: usize = 128;

/// Takes deliveries, runs their handlers beside each other, keeps lanes in order.
pub(crate) struct Driver {
    dispatcher: Arc<Dispatcher>,
    supply: Subscription,
    running: FuturesUnordered<Parked>,
    /// Lanes at work, with the deliveries that wait for their turn in each.
    lanes: HashMap<LaneKey, VecDeque<Delivery>>,
    waiting: usize,
    scratch: Vec<Arc<HandlerEntry>>,
    /// What the last delivery's handlers shared, for those of the next.
    spare: Option<Arc<Shared>>,
}

/// A delivery whose work had to wait, and the lane it holds. Dropped before its end it gives the
/// delivery up.
struct Parked {
    dispatcher: Arc<Dispatcher>,
    lane: Option<LaneKey>,
    work: Work,
}

impl Future for Parked {
    type Output = Option<LaneKey>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<LaneKey>> {
        let this = self.get_mut();
        this.work.poll(&this.dispatcher, cx).map(|()| this.lane)
    }
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.work.give_up(&self.dispatcher);
    }
}

impl Driver {
    pub(crate) fn new(dispatcher: Arc<Dispatcher>, supply: Subscription) -> Self {
        Self {
            dispatcher,
            supply,
            running: FuturesUnordered::new(),
            lanes: HashMap::new(),
            waiting: 0,
            scratch: Vec::new(),
            spare: None,
        }
    }

    /// Runs until told to stop, or until there is no more supply.
    pub(crate) async fn run(
        mut self,
        mut stop: watch::Receiver<Stop>,
    ) -> Result<DrainReport, TransportError> {
        let deadline = {
            let mut asked = std::pin::pin!(stop.wait_for(|stop| *stop != Stop::Run));
            let asked = poll_fn(|cx| match asked.as_mut().poll(cx) {
                Poll::Ready(stop) => Poll::Ready(stop.ok().map(|stop| *stop)),
                Poll::Pending => self.poll_turn(cx).map(|()| None),
            });
            match asked.await {
                Some(Stop::Drain { deadline }) => Some(deadline),
                _ => None,
            }
        };
        self.drain(deadline).await
    }

    /// Takes and begins deliveries until there are none; ready when there will be no more.
    fn poll_turn(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        for _ in 0..TURN {
            let begun = self.running.len();
            self.poll_running(cx);
            let in_hand = self.running.len() + self.waiting;
            if in_hand >= self.dispatcher.settings.concurrency {
                return Poll::Pending;
            }
            match self.supply.poll_next(cx) {
                Poll::Ready(Some(incoming)) => self.take(incoming, cx),
                Poll::Ready(None) => return Poll::Ready(()),
                // What was begun just now has not yet been polled where its wakes are heard.
                Poll::Pending if self.running.len() == begun => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_running(&mut self, cx: &mut task::Context<'_>) {
        while !self.running.is_empty() {
            match Pin::new(&mut self.running).poll_next(cx) {
                Poll::Ready(Some(lane)) => self.release(lane, cx),
                Poll::Ready(None) | Poll::Pending => return,
            }
        }
    }

    fn take(&mut self, incoming: Incoming, cx: &mut task::Context<'_>) {
        match incoming {
            Incoming::Delivery(delivery) => self.enter(delivery, cx),
            Incoming::Gap(gap) => {
                self.dispatcher.metrics.gaps.increment(1);
                let service = &*self.dispatcher.shared.service;
                tracing::warn!(
                    service,
                    reason = gap.reason,
                    missed = gap.missed,
                    "events missed"
                );
            }
        }
    }

    /// Begins a delivery, or queues it behind the one that holds its lane.
    fn enter(&mut self, delivery: Delivery, cx: &mut task::Context<'_>) {
        let lane = self.lane_of(&delivery);
        if let Some(lane) = lane {
            if let Some(queue) = self.lanes.get_mut(&lane) {
                queue.push_back(delivery);
                self.waiting += 1;
                return;
            }
            self.lanes.insert(lane, VecDeque::new());
        }
        if self.work(lane, delivery, cx).is_ready() {
            self.release(lane, cx);
        }
    }

    fn lane_of(&self, delivery: &Delivery) -> Option<LaneKey> {
        let lanes = self.dispatcher.settings.lanes.as_ref()?;
        let shared = Arc::clone(&self.dispatcher.shared);
        let (attempt, retained) = (delivery.attempt(), delivery.is_retained());
        let envelope = delivery.envelope().clone();
        lanes.key(&Context::new(envelope, attempt, retained, shared))
    }

    /// Runs a delivery's work if that may be done at once; if it has to wait it joins the others.
    fn work(
        &mut self,
        lane: Option<LaneKey>,
        delivery: Delivery,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        let (attempt, retained) = (delivery.attempt(), delivery.is_retained());
        let Some((envelope, claim)) = delivery.take_apart() else {
            return Poll::Ready(());
        };
        let shared = self.spare.take();
        let shared = shared.unwrap_or_else(|| Arc::clone(&self.dispatcher.shared));
        let context = Context::new(envelope, attempt, retained, shared);
        let dispatcher = &self.dispatcher;
        let mut work = dispatcher.begin(claim, context, &mut self.scratch, cx);
        if !work.is_running() && work.poll(dispatcher, cx).is_ready() {
            self.spare = Some(work.into_shared());
            return Poll::Ready(());
        }
        self.running.push(Parked {
            dispatcher: Arc::clone(dispatcher),
            lane,
            work,
        });
        Poll::Pending
    }

    /// Gives a lane to the next delivery that waits for it.
    fn release(&mut self, lane: Option<LaneKey>, cx: &mut task::Context<'_>) {
        let Some(lane) = lane else { return };
        while let Some(delivery) = self.lanes.get_mut(&lane).and_then(VecDeque::pop_front) {
            self.waiting -= 1;
            if self.work(Some(lane), delivery, cx).is_pending() {
                return;
            }
        }
        self.lanes.remove(&lane);
    }

    /// Takes nothing new, hands back what was not begun, waits for the rest until the deadline.
    async fn drain(self, deadline: Option<Instant>) -> Result<DrainReport, TransportError> {
        let Self {
            supply,
            mut running,
            mut lanes,
            ..
        } = self;
        let mut report = DrainReport::default();
        for delivery in lanes.values_mut().flat_map(mem::take) {
            delivery.hand_back();
            report.handed_back += 1;
        }
        let finish = async {
            let closed = supply.close().await;
            while next(&mut running).await.is_some() {
                report.finished += 1;
            }
            closed
        };
        let closed = match deadline {
            Some(deadline) => timeout_at(deadline, finish).await.unwrap_or(Ok(0)),
            None => finish.await,
        };
        report.cancelled = running.len();
        drop(running);
        report.handed_back += closed?;
        Ok(report)
    }
}

async fn next(running: &mut FuturesUnordered<Parked>) -> Option<Option<LaneKey>> {
    poll_fn(|cx| Pin::new(&mut *running).poll_next(cx)).await
}
