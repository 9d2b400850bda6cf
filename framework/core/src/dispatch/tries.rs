//! One handler's try at a delivery.

use std::any::Any;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};
use tracing::Span;

use super::handlers::HandlerEntry;
use super::metrics::Fate;
use super::outcome::Failure;
use crate::handler::{Context, HandlerFuture};
use crate::handler_error::HandlerError;
use crate::observe::Attempt;

/// One handler's try.
pub(super) struct Try {
    entry: Arc<HandlerEntry>,
    span: Span,
    running: Option<Running>,
}

struct Running {
    future: HandlerFuture,
    /// Known if somebody measures time.
    started: Option<Instant>,
    /// Made when the handler first waits: one that never waits needs no timer.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Try {
    pub(super) fn new(
        entry: Arc<HandlerEntry>,
        context: &Context,
        event: &Option<Cow<'_, str>>,
    ) -> Self {
        let span = tracing::debug_span!(
            "handle",
            service = context.service(),
            handler = entry.name(),
            event = event.as_deref(),
            attempt = context.attempt(),
            traceparent = context
                .envelope()
                .headers()
                .text(crate::publish::TRACEPARENT),
        );
        Self {
            entry,
            span,
            running: None,
        }
    }

    /// What is left of a try that failed.
    pub(super) fn failed(self, error: HandlerError) -> Failure {
        Failure {
            handler: self.entry,
            error,
        }
    }

    /// Ready when the handler is done, or has had its time: its own, or else `patience`. The
    /// observers are told.
    pub(super) fn poll(
        &mut self,
        context: &Context,
        patience: Option<Duration>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Result<(), HandlerError>> {
        let Self {
            entry,
            span,
            running,
        } = self;
        let started = match running {
            Some(running) => running.started,
            None => entry.metrics.start(),
        };
        let advance = || {
            span.in_scope(|| {
                let running = match running {
                    Some(running) => running,
                    none => none.insert(Running {
                        future: entry.handler.call(context)?,
                        started,
                        deadline: None,
                    }),
                };
                match running.future.as_mut().poll(cx) {
                    Poll::Ready(outcome) => outcome.map(|()| true),
                    Poll::Pending => Ok(false),
                }
            })
        };
        let (fate, outcome) = match catch_unwind(AssertUnwindSafe(advance)) {
            Ok(Ok(true)) => (Fate::Ok, Ok(())),
            Ok(Ok(false)) => {
                let patience = entry.timeout.or(patience);
                let patience = ready!(self.poll_deadline(patience, cx));
                let late = HandlerError::retry(TimedOut { patience });
                (Fate::TimedOut, Err(late))
            }
            Ok(Err(error)) => (Fate::Failed, Err(error)),
            Err(panic) => (Fate::Panicked, Err(panicked(&*panic))),
        };
        self.finish(started, fate);
        context.bus().observers().attempted(&Attempt {
            service: context.service(),
            handler: self.entry.name(),
            envelope: context.envelope(),
            number: context.attempt(),
            outcome: &outcome,
        });
        Poll::Ready(outcome)
    }

    /// Ready when the handler has had its time.
    fn poll_deadline(
        &mut self,
        patience: Option<Duration>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Duration> {
        let (Some(running), Some(patience)) = (&mut self.running, patience) else {
            return Poll::Pending;
        };
        // Whoever bounds its time itself needs no second timer.
        if patience == Duration::MAX {
            return Poll::Pending;
        }
        let deadline = running
            .deadline
            .get_or_insert_with(|| Box::pin(sleep(patience)));
        deadline.as_mut().poll(cx).map(|()| patience)
    }

    /// Counts the try and drops the handler's future, guarded: its destructors may panic too.
    fn finish(&mut self, started: Option<Instant>, fate: Fate) {
        self.entry.metrics.finish(started, fate);
        let running = self.running.take();
        if catch_unwind(AssertUnwindSafe(move || drop(running))).is_err() {
            tracing::warn!(
                handler = self.entry.name(),
                "a handler panicked while being dropped"
            );
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the handler was not done within {patience:?}")]
struct TimedOut {
    patience: Duration,
}

fn panicked(payload: &(dyn Any + Send)) -> HandlerError {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    HandlerError::retry(format!("the handler panicked: {text}"))
}
