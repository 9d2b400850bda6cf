//! A subscription's reading end.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};
use trunkline_core::{Delivery, Incoming, Source, TransportError};

use super::Member;
use super::inbox::Taken;
use crate::link::Inlet;

/// Takes a member's deliveries. Dropped, it ends the supply.
pub(crate) struct MemberSource {
    member: Arc<Member>,
    /// Wakes us when the next retry is due.
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
        let mut moved = 0;
        let was_full = self.member.is_full();
        loop {
            let due = match self.member.inbox().take(cx.waker()) {
                Taken::Event(ticket, entry) => {
                    let settler = Arc::clone(&self.member);
                    let delivery = Delivery::new(entry.envelope, entry.attempt, ticket, settler);
                    out.push_back(Incoming::Delivery(delivery.with_retained(entry.retained)));
                    moved += 1;
                    None
                }
                Taken::Gap(gap) => {
                    out.push_back(Incoming::Gap(gap));
                    moved += 1;
                    None
                }
                Taken::End(why) if moved == 0 => return Poll::Ready(why.map(|()| false)),
                Taken::End(why) => {
                    // Said again at the next turn.
                    self.member.inbox().end_again(why);
                    return Poll::Ready(Ok(true));
                }
                Taken::Nothing(due) => Some(due),
            };
            if was_full && moved > 0 && !self.member.is_full() {
                self.member.unblock();
            }
            match due {
                _ if moved == max || due.is_some() && moved > 0 => return Poll::Ready(Ok(true)),
                None => {}
                Some(None) => return Poll::Pending,
                Some(Some(due)) => ready!(self.poll_timer(due, cx)),
            }
        }
    }
}

impl Drop for MemberSource {
    fn drop(&mut self) {
        self.member.leave();
    }
}
