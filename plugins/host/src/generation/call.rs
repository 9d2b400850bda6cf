//! One event in a plugin's hands, and how far it has come.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{self, Poll, Waker};
use std::time::Duration;

use trunkline_core::Context;
use trunkline_plugin_abi as abi;

use super::lent::Lent;
use super::{Generation, Outcome};
use crate::sync::lock;

/// One event in a plugin's hands.
pub(crate) struct Call {
    lent: Lent,
    /// Whose hands those are.
    generation: Option<&'static Generation>,
    progress: Mutex<Progress>,
    cancelled: AtomicBool,
    /// Whether a thread of the plugin's pool is inside the handler.
    pub(super) on_thread: AtomicBool,
    /// Whether that thread was written off.
    pub(super) written_off: AtomicBool,
}

enum Progress {
    /// Nobody has asked yet, or this one is to be woken.
    Waiting(Option<Waker>),
    Done(Outcome),
    /// Whoever waited has had the outcome, or waits no more.
    Over,
}

impl Call {
    /// A call without an event.
    pub(super) const fn new() -> Self {
        Self {
            lent: Lent::new(),
            generation: None,
            progress: Mutex::new(Progress::Waiting(None)),
            cancelled: AtomicBool::new(false),
            on_thread: AtomicBool::new(false),
            written_off: AtomicBool::new(false),
        }
    }

    /// Lends a plugin the event of a delivery, for at most as long as `patience`.
    pub(super) fn begin(
        &mut self,
        generation: &'static Generation,
        context: Context,
        patience: Option<Duration>,
    ) {
        self.generation = Some(generation);
        self.lent.lend(context, patience);
    }

    /// Forgets the event.
    pub(super) fn clear(&mut self) {
        self.lent.clear();
        self.generation = None;
        let progress = self.progress.get_mut();
        *progress.unwrap_or_else(std::sync::PoisonError::into_inner) = Progress::Waiting(None);
        *self.cancelled.get_mut() = false;
        *self.on_thread.get_mut() = false;
        *self.written_off.get_mut() = false;
    }

    pub(super) fn is_of(&self, generation: &Generation) -> bool {
        let own = self.generation;
        own.is_some_and(|own| std::ptr::eq(own, generation))
    }

    pub(super) fn event(&self) -> &abi::Event {
        self.lent.event()
    }

    pub(super) fn context(&self) -> &Context {
        self.lent.context()
    }

    /// Whom the event is for; `None` if its headers contradict themselves.
    pub(super) fn audience(&self) -> Option<abi::Audience> {
        self.lent.audience()
    }

    /// What the event says, or why that cannot be read.
    pub(super) fn content(&self) -> &Result<String, String> {
        self.lent.content()
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }

    pub(super) fn holds_thread(&self) -> bool {
        self.on_thread.load(Ordering::SeqCst)
    }

    pub(super) fn complete(&self, outcome: Outcome) {
        let mut progress = lock(&self.progress);
        if let Progress::Waiting(waker) = &mut *progress {
            let waker = waker.take();
            *progress = Progress::Done(outcome);
            drop(progress);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    /// Ready when the event came to its end.
    pub(crate) fn poll(&self, cx: &mut task::Context<'_>) -> Poll<Outcome> {
        let mut progress = lock(&self.progress);
        match std::mem::replace(&mut *progress, Progress::Over) {
            Progress::Done(outcome) => Poll::Ready(outcome),
            _ => {
                *progress = Progress::Waiting(Some(cx.waker().clone()));
                Poll::Pending
            }
        }
    }

    /// The outcome, if the event has come to its end.
    pub(super) fn take(&self) -> Option<Outcome> {
        let mut progress = lock(&self.progress);
        match std::mem::replace(&mut *progress, Progress::Over) {
            Progress::Done(outcome) => Some(outcome),
            other => {
                *progress = other;
                None
            }
        }
    }

    /// Nobody waits any more; false if it had ended before.
    pub(super) fn give_up(&self) -> bool {
        let mut progress = lock(&self.progress);
        if !matches!(*progress, Progress::Waiting(_)) {
            return false;
        }
        *progress = Progress::Over;
        drop(progress);
        self.cancelled.store(true, Ordering::SeqCst);
        true
    }

    /// Ends the wait for a generation that must go; false if nobody waited.
    pub(super) fn hand_back(&self) -> bool {
        let waited = matches!(*lock(&self.progress), Progress::Waiting(_));
        self.cancelled.store(true, Ordering::SeqCst);
        self.complete(Outcome {
            message: "the plugin was replaced before it was done".into(),
            ..Outcome::of(abi::CANCELLED)
        });
        waited
    }
}
