//! A subscription's end of its queue.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::SystemTime;

use async_trait::async_trait;
use tokio::time::{Instant, Sleep, sleep_until};
use trunkline_core::{Binding, Incoming, Source, SubscriptionControl, TransportError};

use crate::NAME;
use crate::broker::Shared;
use crate::client::outage;
use crate::link::Link;
use crate::queue::{ClientId, MemberSettler, Queue, Taken};
use crate::sync::Mutex;

/// One subscriber of a queue, over the outages of its link.
pub(crate) struct Member {
    broker: Arc<Shared>,
    queue: Arc<Queue>,
    /// The broker's number for this subscription.
    id: u64,
    settler: Arc<MemberSettler>,
    /// Whether `state` is other than at first: one look at every poll, instead of a lock.
    disturbed: AtomicBool,
    link: Arc<Link>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Since when the link has been gone.
    suspended: Option<SystemTime>,
    /// Nothing passes the link, and nobody has noticed.
    held: bool,
    ended: bool,
    /// Told when the state changes while suspended.
    waker: Option<std::task::Waker>,
}

impl Member {
    pub(crate) fn join(
        broker: Arc<Shared>,
        queue: Arc<Queue>,
        id: u64,
        prefetch: usize,
        client: ClientId,
        link: Arc<Link>,
    ) -> Arc<Self> {
        let member = queue.join(prefetch);
        let settler = MemberSettler::new(Arc::clone(&queue), member, client, Arc::clone(&link));
        Arc::new(Self {
            broker,
            queue,
            id,
            settler,
            disturbed: AtomicBool::new(false),
            link,
            state: Mutex::default(),
        })
    }

    /// The link is frozen: nothing is taken, and the broker does not know.
    pub(crate) fn hold(&self) {
        self.state.lock().held = true;
        self.disturbed.store(true, Ordering::SeqCst);
    }

    /// The link is gone: what is in hand goes back, nothing is taken until the link is back, and
    /// others are active instead.
    pub(crate) fn suspend(&self, since: SystemTime) {
        self.state.lock().suspended.get_or_insert(since);
        self.disturbed.store(true, Ordering::SeqCst);
        if self.queue.is_live() {
            self.queue.set_away(true);
        }
        self.queue
            .lose(self.settler.member(), self.settler.client());
    }

    /// The link is back.
    pub(crate) fn resume(&self) {
        let mut state = self.state.lock();
        state.held = false;
        let since = state.suspended.take();
        let waker = state.waker.take();
        drop(state);
        if let Some(since) = since
            && self.queue.is_live()
        {
            self.queue.set_away(false);
            self.queue.tell_gap(outage(since));
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Ends the supply; once.
    pub(crate) fn end(&self) {
        let mut state = self.state.lock();
        if std::mem::replace(&mut state.ended, true) {
            return;
        }
        self.disturbed.store(true, Ordering::SeqCst);
        let waker = state.waker.take();
        drop(state);
        self.queue.leave(self.settler.member());
        if self.queue.is_live() {
            self.broker.close_live(self.id);
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether taking must wait for the link; `None` if the supply has ended.
    fn is_suspended(&self, cx: &Context<'_>) -> Option<bool> {
        if !self.disturbed.load(Ordering::SeqCst) {
            return Some(false);
        }
        let mut state = self.state.lock();
        if state.ended {
            return None;
        }
        let suspended = state.suspended.is_some() || state.held;
        if suspended {
            state.waker = Some(cx.waker().clone());
        }
        Some(suspended)
    }
}

impl Member {
    /// Waits until the broker can be asked on behalf of this subscription.
    async fn reached(&self) -> Result<(), TransportError> {
        self.link.reached().await?;
        if self.state.lock().ended {
            return Err(TransportError::Closed { transport: NAME });
        }
        Ok(())
    }
}

#[async_trait]
impl SubscriptionControl for Member {
    async fn bind(&self, binding: Binding) -> Result<(), TransportError> {
        self.reached().await?;
        let closed = TransportError::Closed { transport: NAME };
        self.broker
            .bind(&self.queue, self.id, binding)
            .ok_or(closed)
    }

    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError> {
        self.reached().await?;
        let closed = TransportError::Closed { transport: NAME };
        self.broker
            .unbind(&self.queue, self.id, binding)
            .ok_or(closed)
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.end();
        Ok(())
    }
}

/// Takes a member's deliveries. Dropped, it ends the supply.
pub(crate) struct MemberSource {
    member: Arc<Member>,
    /// Wakes us when the next delayed event is due.
    timer: Option<Pin<Box<Sleep>>>,
}

impl MemberSource {
    pub(crate) fn new(member: Arc<Member>) -> Self {
        Self {
            member,
            timer: None,
        }
    }

    fn poll_timer(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() != due {
            timer.as_mut().reset(due);
        }
        timer.as_mut().poll(cx)
    }
}

impl Source for MemberSource {
    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut VecDeque<Incoming>,
        max: usize,
    ) -> Poll<Result<bool, TransportError>> {
        loop {
            match self.member.is_suspended(cx) {
                None => return Poll::Ready(Ok(false)),
                Some(true) => return Poll::Pending,
                Some(false) => {}
            }
            match self.member.queue.take(&self.member.settler, cx, out, max) {
                Taken::Some => return Poll::Ready(Ok(true)),
                Taken::Left => return Poll::Ready(self.member.queue.why_left().map(|()| false)),
                Taken::Nothing { due: None } => return Poll::Pending,
                Taken::Nothing { due: Some(due) } => {
                    std::task::ready!(self.poll_timer(due, cx));
                }
            }
        }
    }
}

impl Drop for MemberSource {
    fn drop(&mut self) {
        self.member.end();
    }
}
