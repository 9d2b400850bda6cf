//! A subscription's end of its queue.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use lapin::message;
use trunkline_core::{Delivery, Incoming, Source, TransportError};

use super::acks::Held;
use super::member::{Member, Supply};
use super::pace::Pace;
use super::session::{Session, SessionSettler};
use crate::codec::decode;

/// Takes a member's deliveries. Dropped, it ends the supply.
pub(crate) struct MemberSource {
    member: Arc<Member>,
    pace: Pace,
    session: Option<(Arc<Session>, Arc<SessionSettler>)>,
}

/// What came of asking the consumer.
enum Taken {
    Some,
    Nothing,
    Gone,
}

impl MemberSource {
    pub(crate) fn new(member: Arc<Member>) -> Self {
        Self {
            pace: Pace::new(member.prefetch()),
            member,
            session: None,
        }
    }

    fn take(&mut self, cx: &mut Context<'_>, out: &mut VecDeque<Incoming>, max: usize) -> Taken {
        let Some((session, settler)) = &self.session else {
            return Taken::Gone;
        };
        let mut consumer = session.consumer();
        let Some(consumer) = consumer.as_mut() else {
            return Taken::Gone;
        };
        let waker = self.pace.waker(cx);
        let mut heard = Context::from_waker(waker);
        let mut taken = 0;
        let mut looked = 0;
        // What is not wanted counts as well: a supply that is never empty must come to an end.
        while looked < max {
            match Pin::new(&mut *consumer).poll_next(&mut heard) {
                Poll::Ready(Some(Ok(delivery))) => {
                    looked += 1;
                    self.pace.took(1);
                    if let Some(delivery) = self.member.receive(session, settler, delivery) {
                        out.push_back(Incoming::Delivery(delivery));
                        taken += 1;
                    }
                }
                Poll::Ready(Some(Err(_)) | None) if taken > 0 => return Taken::Some,
                Poll::Ready(Some(Err(_)) | None) => return Taken::Gone,
                Poll::Pending if taken > 0 => return Taken::Some,
                Poll::Pending => return Taken::Nothing,
            }
        }
        if taken == 0 {
            cx.waker().wake_by_ref();
            return Taken::Nothing;
        }
        Taken::Some
    }
}

impl Member {
    /// Takes a delivery in; `None` if nobody wants it.
    fn receive(
        &self,
        session: &Arc<Session>,
        settler: &Arc<SessionSettler>,
        delivery: message::Delivery,
    ) -> Option<Delivery> {
        let tag = delivery.delivery_tag;
        if !self.may_want(&delivery.properties) {
            session.leave_out(tag);
            return None;
        }
        let key = delivery.routing_key.as_str();
        let decoded = decode(key, &delivery.properties, delivery.data);
        if !self.wants(&decoded.envelope) {
            session.leave_out(tag);
            return None;
        }
        let attempt = session.attempt(&decoded, delivery.redelivered);
        let held = Held {
            envelope: decoded.envelope.clone(),
            attempt,
            first_attempt_at: decoded.first_attempt_at,
        };
        session.acks().hand_out(tag, held);
        let settler = Arc::clone(settler) as Arc<dyn trunkline_core::Settler>;
        Some(Delivery::new(decoded.envelope, attempt, tag, settler))
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
            if self.member.disturbed.load(Ordering::SeqCst) || self.session.is_none() {
                match self.member.supply(cx) {
                    Supply::End(end) => return Poll::Ready(end.map(|()| false)),
                    Supply::Wait => {
                        self.session = None;
                        return Poll::Pending;
                    }
                    Supply::From(session, gap) => {
                        let settler = Arc::new(SessionSettler(Arc::clone(&session)));
                        self.session = Some((session, settler));
                        if let Some(gap) = gap {
                            out.push_back(Incoming::Gap(gap));
                            return Poll::Ready(Ok(true));
                        }
                    }
                }
            }
            match self.take(cx, out, max) {
                Taken::Some => return Poll::Ready(Ok(true)),
                Taken::Gone => {
                    if let Some((session, _)) = self.session.take() {
                        self.member.consumer_gone(&session);
                    }
                }
                Taken::Nothing => {
                    // A change that came while we looked must not wait for the next delivery.
                    self.member.watch(cx);
                    if !self.member.disturbed.load(Ordering::SeqCst) {
                        ready!(self.pace.poll_rest(cx));
                    }
                }
            }
        }
    }
}

impl Drop for MemberSource {
    fn drop(&mut self) {
        let member = Arc::clone(&self.member);
        // Without a runtime the links are gone as well, and what was in hand with them.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { member.end().await });
        }
    }
}
