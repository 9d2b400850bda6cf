//! One delivery's way through its handlers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use std::time::Duration;

use smallvec::SmallVec;
use tokio::time::{Sleep, sleep};

use super::handlers::{HandlerEntry, HandlerTable};
use super::outcome::{Failure, Guarantee, decide};
use super::tries::Try;
use super::{Lanes, RetryPolicy, ServiceMetrics};
use crate::envelope::Envelope;
use crate::handler::{Context, Shared};
use crate::matching::Subject;
use crate::observe::{Attempt, Ending};
use crate::transport::{Delivery, HANDLERS_HEADER, SettleFuture, Settlement};

/// How a service treats its deliveries.
#[derive(Debug, Clone)]
pub(crate) struct DispatcherSettings {
    pub(crate) retry: RetryPolicy,
    pub(crate) guarantee: Guarantee,
    pub(crate) handler_timeout: Option<Duration>,
    pub(crate) lanes: Option<Lanes>,
    pub(crate) concurrency: usize,
}

/// Routes the deliveries of one service to its handlers.
pub(crate) struct Dispatcher {
    pub(crate) shared: Arc<Shared>,
    pub(crate) table: HandlerTable,
    pub(crate) settings: DispatcherSettings,
    pub(crate) metrics: ServiceMetrics,
}

impl Dispatcher {
    /// What handlers see of a delivery.
    pub(super) fn context(&self, delivery: &Delivery) -> Context {
        let envelope = delivery.envelope().clone();
        let shared = Arc::clone(&self.shared);
        Context::new(envelope, delivery.attempt(), delivery.is_retained(), shared)
    }

    /// A delivery has come to its end, for now or for good, and the transport knows it.
    fn tell_end(&self, context: &Context, ending: &Ending) {
        self.metrics.count(ending);
        self.shared
            .bus
            .observers()
            .settled(&self.shared.service, context.envelope(), ending);
    }

    /// Whether any handler would be given this envelope.
    pub(crate) fn wants(&self, envelope: &Envelope) -> bool {
        let name = self.shared.bus.dialect().event_name(envelope);
        let subject = Subject {
            name: name.as_deref(),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        let mut found = Vec::new();
        self.table.find(&subject, &mut found);
        !found.is_empty()
    }

    /// Finds a delivery's handlers and readies their tries. `scratch` saves an allocation.
    pub(super) fn begin(
        self: &Arc<Self>,
        delivery: Delivery,
        context: Context,
        scratch: &mut Vec<Arc<HandlerEntry>>,
    ) -> Work {
        scratch.clear();
        let envelope = context.envelope();
        let name = self.shared.bus.dialect().event_name(envelope);
        let subject = Subject {
            name: name.as_deref(),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        self.table.find(&subject, scratch);
        if let Some(only) = envelope.headers().text(HANDLERS_HEADER) {
            keep_named(scratch, only);
        }
        let attempt = context.attempt();
        let tries = scratch
            .drain(..)
            .map(|entry| Try::new(entry, &context, &name))
            .collect();
        drop(name);
        Work {
            dispatcher: Arc::clone(self),
            delivery: Some(delivery),
            context,
            attempt,
            tries,
            stage: Stage::Handling,
        }
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dispatcher")
            .field("service", &self.shared.service)
            .field("handlers", &self.table)
            .finish_non_exhaustive()
    }
}

/// A retry is for the handlers it names; if none of them is here any more, for all.
fn keep_named(handlers: &mut Vec<Arc<HandlerEntry>>, names: &str) {
    let is_named = |entry: &Arc<HandlerEntry>| names.split(',').any(|name| name == entry.name());
    if handlers.iter().any(is_named) {
        handlers.retain(is_named);
    }
}

/// One delivery in the hands of its handlers, from the first try to its settlement.
///
/// Dropped before its end it gives the delivery up, so that another member may have it.
pub(super) struct Work {
    dispatcher: Arc<Dispatcher>,
    delivery: Option<Delivery>,
    context: Context,
    attempt: u32,
    /// Nearly always one, which then needs no allocation.
    tries: SmallVec<[Try; 1]>,
    stage: Stage,
}

enum Stage {
    /// Handlers are at it.
    Handling,
    /// A strict lane is held until the next attempt.
    Waiting(Pin<Box<Sleep>>),
    /// The transport is being told.
    Settling(SettleFuture, Ending),
    Done,
}

impl Future for Work {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        loop {
            match &mut this.stage {
                Stage::Handling => {
                    ready!(this.poll_tries(cx));
                    this.stage = this.conclude();
                }
                Stage::Waiting(wait) => {
                    ready!(wait.as_mut().poll(cx));
                    this.stage = Stage::Handling;
                }
                Stage::Settling(settlement, ending) => {
                    let result = ready!(Pin::new(settlement).poll(cx));
                    match result {
                        Ok(()) => this.dispatcher.tell_end(&this.context, ending),
                        Err(error) => {
                            this.dispatcher.metrics.settle_failed.increment(1);
                            tracing::warn!(%error, ending = ending.as_str(), "could not settle");
                        }
                    }
                    this.stage = Stage::Done;
                }
                Stage::Done => return Poll::Ready(()),
            }
        }
    }
}

impl Work {
    fn poll_tries(&mut self, cx: &mut task::Context<'_>) -> Poll<()> {
        let mut pending = false;
        for one in &mut self.tries {
            if one.outcome.is_none() {
                let patience = one
                    .entry
                    .timeout
                    .or(self.dispatcher.settings.handler_timeout);
                match one.poll(&self.context, patience, cx) {
                    Poll::Ready(outcome) => {
                        let observers = self.context.bus().observers();
                        observers.attempted(&Attempt {
                            service: self.context.service(),
                            handler: one.entry.name(),
                            envelope: self.context.envelope(),
                            number: self.attempt,
                            outcome: &outcome,
                        });
                        one.outcome = Some(outcome);
                    }
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }

    /// Every handler has had its try: settles, or holds a strict lane for the next attempt.
    fn conclude(&mut self) -> Stage {
        let unhandled = self.tries.is_empty();
        let failed = |one: &mut Try| match one.outcome.take() {
            Some(Err(error)) => Some(Failure {
                handler: Arc::clone(&one.entry),
                error,
            }),
            _ => None,
        };
        let failures: Vec<_> = self.tries.iter_mut().filter_map(failed).collect();
        let settings = &self.dispatcher.settings;
        let (settlement, ending) =
            decide(&failures, self.attempt, &settings.retry, settings.guarantee);
        for failure in &failures {
            tell(&self.context, failure, self.attempt, &ending);
        }
        let strict = settings.lanes.as_ref().is_some_and(|lanes| lanes.strict);
        match ending {
            Ending::Retried { after } if strict => {
                self.dispatcher.metrics.count(&ending);
                self.hold(failures);
                Stage::Waiting(Box::pin(sleep(after)))
            }
            _ if unhandled => self.settle(settlement, Ending::Unhandled),
            ending => self.settle(settlement, ending),
        }
    }

    /// Readies the next attempt of the handlers that failed, without giving the delivery back.
    fn hold(&mut self, failures: Vec<Failure>) {
        self.attempt += 1;
        self.context = self.context.at_attempt(self.attempt);
        let name = self.context.event_name();
        let again = failures.into_iter().map(|failure| failure.handler);
        self.tries = again
            .map(|entry| Try::new(entry, &self.context, &name))
            .collect();
    }

    fn settle(&mut self, settlement: Settlement, ending: Ending) -> Stage {
        match self.delivery.take() {
            Some(delivery) => Stage::Settling(delivery.settle(settlement), ending),
            None => Stage::Done,
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(delivery) = self.delivery.take() {
            delivery.give_up();
            self.dispatcher.tell_end(&self.context, &Ending::HandedBack);
        }
    }
}

/// Logs a failure, as loudly as its ending deserves.
fn tell(context: &Context, failure: &Failure, attempt: u32, ending: &Ending) {
    let (service, handler) = (context.service(), failure.handler.name());
    let (error, ending_word) = (&failure.error, ending.as_str());
    let event = context.event_name();
    let event = event.as_deref().unwrap_or("?");
    match ending {
        Ending::Retried { after } => tracing::info!(
            service, handler, event, attempt, %error, ?after, "a handler failed and will try again"
        ),
        _ => tracing::warn!(
            service, handler, event, attempt, %error, ending = ending_word, "a handler failed"
        ),
    }
}
