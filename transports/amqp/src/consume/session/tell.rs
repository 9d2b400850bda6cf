//! Telling the broker what was settled, gathered.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use lapin::options::{BasicAckOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use tokio::time::{Instant, timeout, timeout_at};
use trunkline_core::Gap;

use super::{FAREWELL, Session};

/// With so many to tell nothing more is waited for, where the prefetch allows it. Each ack is a frame to
/// write, to read and to work off, for us and for the broker.
const ENOUGH: usize = 128;

/// The share of the prefetch that may be settled and not yet told: what the broker may not fill again.
const SHARE: usize = 8;

/// Longest wait for more to tell.
const MOMENT: Duration = Duration::from_millis(1);

/// After so long without an ack the next is written at once, and those behind it are gathered.
const QUIET: Duration = Duration::from_micros(300);

const REQUEUE: BasicNackOptions = BasicNackOptions {
    requeue: true,
    multiple: false,
};

/// Frames on their way to the wire.
pub(super) type Written = BoxFuture<'static, lapin::Result<()>>;

/// How often the length of a bounded queue is asked for at most.
const LOOK: Duration = Duration::from_millis(100);

impl Session {
    /// Tells the broker what was settled: gathered for a moment, so that a busy subscription costs
    /// few frames.
    pub(super) async fn tell_the_broker(self: Arc<Self>) {
        while self.is_alive() {
            if self.acks().untold() == 0 {
                if self.finishing.load(Ordering::SeqCst) && self.acks().in_hand() == 0 {
                    break;
                }
                self.news.notified().await;
                continue;
            }
            self.gather().await;
            if self.flush().await.is_err() {
                break;
            }
        }
        if self.is_alive() && self.finishing.load(Ordering::SeqCst) {
            let _ = timeout(FAREWELL, self.channel.close(200, "done".into())).await;
        }
    }

    /// Waits until there is enough to tell, or long enough.
    async fn gather(&self) {
        let until = Instant::now() + MOMENT;
        while self.is_alive()
            && !self.finishing.load(Ordering::SeqCst)
            && self.acks().untold() < self.enough()
        {
            if timeout_at(until, self.news.notified()).await.is_err() {
                return;
            }
        }
    }

    fn enough(&self) -> usize {
        (usize::from(self.prefetch) / SHARE).clamp(1, ENOUGH)
    }

    /// Ends a delivery that nobody wants.
    pub(in crate::consume) fn leave_out(&self, tag: u64) {
        let mut acks = self.acks();
        acks.unseen(tag, false);
        let untold = acks.untold();
        drop(acks);
        self.ended(untold);
    }

    /// Another delivery ended, and so many now are that the broker does not know of: lets it be told
    /// at once if that is seldom, and otherwise gathered.
    pub(super) fn ended(&self, untold: usize) {
        if untold == 1 && self.is_quiet() {
            drop(self.write());
        }
        if untold == 1 || untold >= self.enough() {
            self.tell();
        }
    }

    /// Looks whether the queue has been full: then its oldest events may have gone. Asked before
    /// the broker hears of room, and not too often.
    async fn look_for_overflow(&self) {
        let Some(room) = self.room_to_look_at() else {
            return;
        };
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
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

    /// The room of a queue that may have been full since it was last looked at.
    fn room_to_look_at(&self) -> Option<usize> {
        let room = self.spec.room.filter(|_| self.spec.group.is_none())?;
        // The queue of who is finishing went with its consumer.
        if self.finishing.load(Ordering::SeqCst) {
            return None;
        }
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked.is_none_or(|looked| looked.elapsed() >= LOOK);
        due.then_some(room)
    }

    /// Tells the broker what it does not know yet; returns when it is written.
    pub(super) async fn flush(&self) -> lapin::Result<()> {
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
    pub(super) fn write(&self) -> Option<Written> {
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

    /// Whether acks come so seldom that there is nothing to gather, and nothing is to be asked before
    /// one is written.
    pub(super) fn is_quiet(&self) -> bool {
        let wrote = *self.wrote.lock().unwrap_or_else(PoisonError::into_inner);
        wrote.is_none_or(|wrote| wrote.elapsed() >= QUIET) && self.room_to_look_at().is_none()
    }
}
