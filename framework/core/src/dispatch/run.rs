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
use crate::transport::{Claim, HANDLERS_HEADER, SettleFuture, Settlement};

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
        &self,
        claim: Claim,
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
        let entries = scratch.drain(..);
        let tries = entries
            .map(|entry| Try::new(entry, &context, &name))
            .collect();
        drop(name);
        Work {
            claim: Some(claim),
            context,
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
pub(super) struct Work {
    /// Gone once the transport is told.
    claim: Option<Claim>,
    context: Context,
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

impl Work {
    /// Goes on as far as nothing has to be waited for.
    pub(super) fn poll(&mut self, dispatcher: &Dispatcher, cx: &mut task::Context<'_>) -> Poll<()> {
        loop {
            match &mut self.stage {
                Stage::Handling => {
                    ready!(self.poll_tries(&dispatcher.settings, cx));
                    self.stage = self.conclude(dispatcher);
                }
                Stage::Waiting(wait) => {
                    ready!(wait.as_mut().poll(cx));
                    self.stage = Stage::Handling;
                }
                Stage::Settling(settlement, ending) => {
                    let result = ready!(Pin::new(settlement).poll(cx));
                    match result {
                        Ok(()) => dispatcher.tell_end(&self.context, ending),
                        Err(error) => {
                            dispatcher.metrics.settle_failed.increment(1);
                            tracing::warn!(%error, ending = ending.as_str(), "could not settle");
                        }
                    }
                    self.stage = Stage::Done;
                }
                Stage::Done => return Poll::Ready(()),
            }
        }
    }

    fn poll_tries(
        &mut self,
        settings: &DispatcherSettings,
        cx: &mut task::Context<'_>,
    ) -> Poll<()> {
        let mut pending = false;
        for one in &mut self.tries {
            if one.outcome.is_some() {
                continue;
            }
            let patience = one.entry.timeout.or(settings.handler_timeout);
            let Poll::Ready(outcome) = one.poll(&self.context, patience, cx) else {
                pending = true;
                continue;
            };
            self.context.bus().observers().attempted(&Attempt {
                service: self.context.service(),
                handler: one.entry.name(),
                envelope: self.context.envelope(),
                number: self.context.attempt(),
                outcome: &outcome,
            });
            one.outcome = Some(outcome);
        }
        if pending {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }

    /// Every handler has had its try: settles, or holds a strict lane for the next attempt.
    fn conclude(&mut self, dispatcher: &Dispatcher) -> Stage {
        let unhandled = self.tries.is_empty();
        let failed = |one: &mut Try| match one.outcome.take() {
            Some(Err(error)) => Some(Failure {
                handler: Arc::clone(&one.entry),
                error,
            }),
            _ => None,
        };
        let failures: Vec<_> = self.tries.iter_mut().filter_map(failed).collect();
        let (settings, attempt) = (&dispatcher.settings, self.context.attempt());
        let (settlement, ending) = decide(&failures, attempt, &settings.retry, settings.guarantee);
        for failure in &failures {
            tell(&self.context, failure, attempt, &ending);
        }
        let strict = settings.lanes.as_ref().is_some_and(|lanes| lanes.strict);
        match ending {
            Ending::Retried { after } if strict => {
                dispatcher.metrics.count(&ending);
                self.hold(failures);
                Stage::Waiting(Box::pin(sleep(after)))
            }
            _ if unhandled => self.settle(settlement, Ending::Unhandled),
            ending => self.settle(settlement, ending),
        }
    }

    /// Readies the next attempt of the handlers that failed, without giving the delivery back.
    fn hold(&mut self, failures: Vec<Failure>) {
        self.context.next_attempt();
        let name = self.context.event_name();
        let again = failures.into_iter().map(|failure| failure.handler);
        self.tries = again
            .map(|entry| Try::new(entry, &self.context, &name))
            .collect();
    }

    fn settle(&mut self, settlement: Settlement, ending: Ending) -> Stage {
        match self.claim.take() {
            Some(claim) => Stage::Settling(claim.settle(settlement), ending),
            None => Stage::Done,
        }
    }

    /// Gives the delivery up before its end, so that another member may have it.
    pub(super) fn give_up(&mut self, dispatcher: &Dispatcher) {
        if let Some(claim) = self.claim.take() {
            claim.hand_back(true);
            dispatcher.tell_end(&self.context, &Ending::HandedBack);
        }
    }

    /// Gives back what the next delivery's work may use.
    pub(super) fn into_shared(self) -> Arc<Shared> {
        self.context.into_shared()
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
