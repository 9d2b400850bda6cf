//! One delivery's way through its handlers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::task::{self, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::handlers::{HandlerEntry, HandlerTable};
use super::outcome::{Failure, Guarantee, decide};
use super::tries::Try;
use super::{Lanes, RetryPolicy, ServiceMetrics};
use crate::envelope::Envelope;
use crate::handler::{Context, Shared};
use crate::matching::Subject;
use crate::observe::Ending;
use crate::transport::{Claim, HANDLERS_HEADER, SettleError, SettleFuture};

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
    /// Whether it was told that an event came which no handler is for.
    pub(crate) stray_told: Once,
}

impl Dispatcher {
    /// The transport has been told of a delivery's end, and has answered.
    fn tell_settled(&self, context: &Context, ending: &Ending, result: Result<(), SettleError>) {
        match result {
            Ok(()) => self.tell_end(context, ending),
            Err(error) => {
                self.metrics.settle_failed.increment(1);
                tracing::warn!(%error, ending = ending.as_str(), "could not settle");
            }
        }
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

    /// Tells, once, that the subscription brings what it did not ask for.
    fn tell_stray(&self, subject: &Subject<'_>) {
        self.stray_told.call_once(|| {
            tracing::warn!(
                service = &*self.shared.service,
                name = subject.name,
                routing_key = subject.key,
                "an event came that no handler is for, and is acked; a durable group keeps the bindings \
                 of its earlier versions until they are removed: see `trunkline topology`. This is \
                 told once; the counter of settled deliveries, ending `unhandled`, has them all"
            );
        });
    }

    /// Finds a delivery's handlers and lets each begin. `scratch` saves an allocation.
    pub(super) fn begin(
        &self,
        claim: Claim,
        context: Context,
        scratch: &mut Vec<Arc<HandlerEntry>>,
        cx: &mut task::Context<'_>,
    ) -> Work {
        let mut work = Work::new(claim, context);
        let envelope = work.context.envelope();
        let name = self.shared.bus.dialect().event_name(envelope);
        let subject = Subject {
            name: name.as_deref(),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        scratch.clear();
        self.table.find(&subject, scratch);
        if let Some(only) = envelope.headers().text(HANDLERS_HEADER) {
            keep_named(scratch, only);
        }
        work.unhandled = scratch.is_empty();
        if work.unhandled {
            self.tell_stray(&subject);
        }
        for entry in scratch.drain(..) {
            let mut one = Try::new(entry, &work.context, &name);
            match one.poll(&work.context, self.settings.handler_timeout, cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => work.failures.push(one.failed(error)),
                Poll::Pending => work.running.push(one),
            }
        }
        work
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
    /// Whether no handler wants it.
    unhandled: bool,
    /// The tries that are not done yet: nearly always none after the first look.
    running: Vec<Try>,
    failures: Vec<Failure>,
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
    fn new(claim: Claim, context: Context) -> Self {
        Self {
            claim: Some(claim),
            context,
            unhandled: false,
            running: Vec::new(),
            failures: Vec::new(),
            stage: Stage::Handling,
        }
    }

    /// Whether handlers wait for something.
    pub(super) fn is_running(&self) -> bool {
        !self.running.is_empty()
    }

    /// Goes on as far as nothing has to be waited for.
    pub(super) fn poll(&mut self, dispatcher: &Dispatcher, cx: &mut task::Context<'_>) -> Poll<()> {
        loop {
            match &mut self.stage {
                Stage::Handling => {
                    ready!(self.poll_running(dispatcher, cx));
                    ready!(self.conclude(dispatcher, cx));
                }
                Stage::Waiting(wait) => {
                    ready!(wait.as_mut().poll(cx));
                    self.stage = Stage::Handling;
                }
                Stage::Settling(settlement, ending) => {
                    let result = ready!(Pin::new(settlement).poll(cx));
                    dispatcher.tell_settled(&self.context, ending, result);
                    self.stage = Stage::Done;
                }
                Stage::Done => return Poll::Ready(()),
            }
        }
    }

    fn poll_running(&mut self, dispatcher: &Dispatcher, cx: &mut task::Context<'_>) -> Poll<()> {
        let patience = dispatcher.settings.handler_timeout;
        let mut at = 0;
        while let Some(one) = self.running.get_mut(at) {
            match one.poll(&self.context, patience, cx) {
                Poll::Pending => at += 1,
                Poll::Ready(outcome) => {
                    let one = self.running.remove(at);
                    self.failures
                        .extend(outcome.err().map(|error| one.failed(error)));
                }
            }
        }
        if self.running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// Every handler has had its try: settles, or holds a strict lane for the next attempt.
    fn conclude(&mut self, dispatcher: &Dispatcher, cx: &mut task::Context<'_>) -> Poll<()> {
        let (settings, attempt) = (&dispatcher.settings, self.context.attempt());
        let (settlement, mut ending) =
            decide(&self.failures, attempt, &settings.retry, settings.guarantee);
        for failure in &self.failures {
            tell(&self.context, failure, attempt, &ending);
        }
        let strict = settings.lanes.as_ref().is_some_and(|lanes| lanes.strict);
        if let Ending::Retried { after } = ending
            && strict
        {
            dispatcher.metrics.count(&ending);
            self.hold();
            self.stage = Stage::Waiting(Box::pin(sleep(after)));
            return Poll::Ready(());
        }
        if self.unhandled {
            ending = Ending::Unhandled;
        }
        let Some(claim) = self.claim.take() else {
            return Poll::Ready(());
        };
        let mut settlement = claim.settle(settlement);
        match Pin::new(&mut settlement).poll(cx) {
            Poll::Ready(result) => {
                dispatcher.tell_settled(&self.context, &ending, result);
                self.stage = Stage::Done;
                Poll::Ready(())
            }
            Poll::Pending => {
                self.stage = Stage::Settling(settlement, ending);
                Poll::Pending
            }
        }
    }

    /// Readies the next attempt of the handlers that failed, without giving the delivery back.
    fn hold(&mut self) {
        self.context.next_attempt();
        let name = self.context.event_name();
        let again = self.failures.drain(..).map(|failure| failure.handler);
        self.running = again
            .map(|entry| Try::new(entry, &self.context, &name))
            .collect();
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
