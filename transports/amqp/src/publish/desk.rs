//! Where the publishers and the writer of a channel meet.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use lapin::Channel;
use slab::Slab;
use tokio::sync::mpsc;

use super::job::{Job, Order};
use super::sent::Sent;
use super::writing::{Boxes, Writing};

/// With fewer events than this on their way, another is written by its publisher at once. With more,
/// what comes is gathered by the writer: many in one go cost less of everything.
const FEW: usize = 4;

/// The publishers' end of a channel: an event is written by its publisher where little is going on, which
/// saves waking another task, and otherwise by the writer.
pub(super) struct Desk {
    orders: mpsc::UnboundedSender<Order>,
    board: Arc<Board>,
}

impl Desk {
    /// Gives the writer's end as well.
    pub(super) fn new(channel: Channel) -> (Self, Arc<Board>, mpsc::UnboundedReceiver<Order>) {
        let (orders, queue) = mpsc::unbounded_channel();
        let board = Arc::new(Board {
            ordered: AtomicUsize::new(0),
            lines: Mutex::new(Lines {
                channel: Arc::new(channel),
                open: true,
                sent: Slab::new(),
                boxes: Boxes::default(),
            }),
        });
        let desk = Self {
            orders,
            board: Arc::clone(&board),
        };
        (desk, board, queue)
    }

    /// Writes an event, or has it written; false if it certainly is not, as the writer is gone.
    pub(super) fn publish(&self, job: Box<Job>) -> bool {
        let deadline = job.deadline;
        let Some(mut lines) = self.board.quiet() else {
            self.board.ordered.fetch_add(1, Ordering::AcqRel);
            return self.orders.send(Order::Publish(job)).is_ok();
        };
        let writing = lines.write(job);
        drop(lines);
        // A writer that goes meanwhile lets the publisher know by dropping what is on the board.
        let _ = self.orders.send(Order::Hear(writing, deadline));
        true
    }

    /// The transport closes.
    pub(super) fn close(&self) {
        // A writer that is gone has nothing that waits.
        let _ = self.orders.send(Order::Close);
    }
}

/// What publishers and writer share.
pub(super) struct Board {
    /// Events that were ordered and are not yet written: nothing may be written before them.
    ordered: AtomicUsize,
    lines: Mutex<Lines>,
}

/// A channel, and what was written by it.
pub(super) struct Lines {
    channel: Arc<Channel>,
    /// Whether publishers may write: the channel is not known to be gone, and nobody closes.
    open: bool,
    pub(super) sent: Slab<Sent>,
    pub(super) boxes: Boxes,
}

impl Board {
    pub(super) fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was written, if a publisher may add to it.
    fn quiet(&self) -> Option<MutexGuard<'_, Lines>> {
        if self.ordered.load(Ordering::Acquire) > 0 {
            return None;
        }
        let lines = match self.lines.try_lock() {
            Ok(lines) => lines,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // The writer is at it, or another publisher.
            Err(TryLockError::WouldBlock) => return None,
        };
        (lines.open && lines.sent.len() < FEW).then_some(lines)
    }

    /// What was ordered is written, or never will be.
    pub(super) fn was_ordered(&self, count: usize) {
        self.ordered.fetch_sub(count, Ordering::AcqRel);
    }
}

impl Lines {
    /// Hands an event to lapin, in whose order it goes to the broker. One at a time: lapin numbers an
    /// event for its confirm before it has a place among the frames, and the broker counts frames.
    pub(super) fn write(&mut self, mut job: Box<Job>) -> Writing {
        let properties = std::mem::take(&mut job.properties);
        let entry = self.sent.vacant_entry();
        let (target, body) = (&job.target, job.envelope.body());
        let writing = self
            .boxes
            .write(entry.key(), &self.channel, target, body, properties);
        entry.insert(Sent::new(job));
        writing
    }

    /// Publishers write no more for now.
    pub(super) fn shut(&mut self) {
        self.open = false;
    }

    /// Publishers may write again.
    pub(super) fn open(&mut self) {
        self.open = true;
    }

    /// Goes on with another channel, if there is one.
    pub(super) fn replace(&mut self, channel: Option<Channel>) {
        if let Some(channel) = channel {
            self.channel = Arc::new(channel);
        }
    }

    /// Events that were written, and not heard of.
    pub(super) fn jobs(&mut self) -> impl Iterator<Item = &mut Box<Job>> {
        self.sent.iter_mut().map(|(_, sent)| &mut sent.job)
    }
}
