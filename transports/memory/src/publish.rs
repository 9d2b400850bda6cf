//! From a publish to the queues it reaches.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{Either, select};
use tokio::task::coop::{consume_budget, unconstrained};
use tokio::time::{Instant, timeout_at};
use trunkline_core::{
    DelayId, Envelope, Health, PublishOptions, Receipt, Routing, Subject, TransportError,
    check_publish,
};

use crate::NAME;
use crate::client::Client;
use crate::queue::{Incoming, Queue};

thread_local! {
    /// Saves an allocation on the way of every publish.
    static FOUND: Cell<Vec<Arc<Queue>>> = const { Cell::new(Vec::new()) };
}

/// An envelope as bindings see it. At this level the name is the header of that name.
pub(crate) fn subject(envelope: &Envelope) -> Subject<'_> {
    Subject {
        name: envelope.headers().text("name"),
        key: envelope.routing_key().as_str(),
        headers: envelope.headers(),
    }
}

impl Client {
    pub(crate) async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        let outcome = match self.publish_at_once(envelope, &options) {
            Ok(outcome) => outcome,
            Err(envelope) => self.publish_patiently(envelope, options).await,
        };
        // There may have been no reason to wait, but other tasks must run all the same. Not before: of
        // publishes that overlap, the next must not overtake this one.
        consume_budget().await;
        outcome
    }

    /// The whole way, with faults and waits.
    async fn publish_patiently(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.link.check_open()?;
        check_publish(NAME, &self.broker.capabilities, &envelope)?;
        if self.broker.faults.any.load(Ordering::Relaxed) {
            let deadline = deadline(&options);
            let link = self.unless_closed(self.wait_for_link(&envelope, deadline));
            // Asks for no turn of its own, or the next publish would overtake this one.
            unconstrained(link).await?;
        }
        if options.retain {
            self.broker.retain(&envelope);
        }
        let receipt = self.offer_patiently(&envelope, &options).await?;
        self.confirm(&envelope, receipt)
    }

    /// The quick way: no fault to be made, nobody to wait for. Gives the envelope back otherwise.
    pub(crate) fn publish_at_once(
        &self,
        envelope: Envelope,
        options: &PublishOptions,
    ) -> Result<Result<Receipt, TransportError>, Envelope> {
        let faults = self.broker.faults.any.load(Ordering::Relaxed);
        if faults || options.retain || options.delay.is_some() {
            return Err(envelope);
        }
        let fit = self
            .link
            .check_open()
            .and_then(|()| check_publish(NAME, &self.broker.capabilities, &envelope));
        if let Err(refusal) = fit {
            return Ok(Err(refusal));
        }
        let mut found = FOUND.take();
        self.find(&envelope, &mut found);
        let event = incoming(envelope);
        let routing = match found.as_slice() {
            [] => Ok(Ok(Routing::Unroutable)),
            [only] => match only.offer(event) {
                Ok(None) => Ok(Ok(Routing::Routed)),
                Ok(Some(event)) => Err(event.envelope),
                Err(refusal) => Ok(Err(refusal)),
            },
            several => match offer_all(several, &event) {
                Ok(None) => Ok(Ok(Routing::Routed)),
                Ok(Some(_)) => Err(event.envelope),
                Err(refusal) => Ok(Err(refusal)),
            },
        };
        found.clear();
        FOUND.set(found);
        routing.map(|told| told.map(Receipt::new))
    }

    /// The patient way: waits for room, and may ask for a later delivery.
    async fn offer_patiently(
        &self,
        envelope: &Envelope,
        options: &PublishOptions,
    ) -> Result<Receipt, TransportError> {
        let deadline = deadline(options);
        let delayed = options
            .delay
            .map(|delay| (Instant::now() + delay, self.broker.new_id()));
        let twice = take_one(&self.broker.faults.duplicates, &self.broker.faults.any);
        loop {
            let mut found = Vec::new();
            self.find(envelope, &mut found);
            if twice {
                found.extend_from_within(..);
            }
            let event = Incoming {
                delayed,
                ..incoming(envelope.clone())
            };
            let Some(full) = offer_all(&found, &event)? else {
                let mut receipt = match delayed {
                    Some((_, id)) => Receipt::delayed(DelayId::new(id.to_string())),
                    None => Receipt::new(Routing::Routed),
                };
                receipt.routing = if found.is_empty() {
                    Routing::Unroutable
                } else {
                    Routing::Routed
                };
                return Ok(receipt);
            };
            self.unless_closed(full.wait_for_room(envelope, deadline))
                .await?;
        }
    }

    /// The queues an envelope reaches, each once.
    fn find(&self, envelope: &Envelope, found: &mut Vec<Arc<Queue>>) {
        self.broker.index.matches_into(&subject(envelope), found);
        if found.iter().any(|queue| queue.has_many_bindings()) {
            found.sort_unstable_by_key(Arc::as_ptr);
            found.dedup_by(|a, b| Arc::ptr_eq(a, b));
        }
        found.retain(|queue| queue.wants(self.id));
    }

    /// Waits for something, but no longer than the client is open.
    async fn unless_closed(
        &self,
        wait: impl Future<Output = Result<(), TransportError>>,
    ) -> Result<(), TransportError> {
        let mut health = self.health();
        let closed = health.wait_for(|health| *health == Health::Closed);
        match select(pin!(closed), pin!(wait)).await {
            Either::Left(_) => Err(TransportError::Closed { transport: NAME }),
            Either::Right((outcome, _)) => outcome,
        }
    }

    /// The broker's word, unless it is to be lost.
    fn confirm(&self, envelope: &Envelope, receipt: Receipt) -> Result<Receipt, TransportError> {
        if take_one(&self.broker.faults.lose_confirms, &self.broker.faults.any) {
            let routing_key = envelope.routing_key().as_str().to_owned();
            return Err(TransportError::Lost {
                transport: NAME,
                routing_key,
            });
        }
        Ok(receipt)
    }

    /// Waits while the link is down or publishers are held.
    async fn wait_for_link(
        &self,
        envelope: &Envelope,
        deadline: Instant,
    ) -> Result<(), TransportError> {
        let begun = Instant::now();
        let unconfirmed = || TransportError::ConfirmTimeout {
            transport: NAME,
            routing_key: envelope.routing_key().as_str().into(),
            waited: begun.elapsed(),
        };
        let unreachable = || {
            if self.link.is_frozen() {
                // On its way, for all the publisher knows.
                return unconfirmed();
            }
            TransportError::Unreachable {
                transport: NAME,
                endpoint: "memory".into(),
                source: "the broker is away".into(),
            }
        };
        let came = timeout_at(deadline, self.link.reached()).await;
        came.map_err(|_| unreachable())??;
        let mut blocked = self.broker.faults.blocked.subscribe();
        let held = timeout_at(deadline, blocked.wait_for(|blocked| !blocked)).await;
        held.map(drop).map_err(|_| unconfirmed())
    }
}

fn incoming(envelope: Envelope) -> Incoming {
    Incoming {
        envelope,
        retained: false,
        delayed: None,
    }
}

/// Keeps an event in every queue, or in none: gives one that is full.
fn offer_all<'a>(
    queues: &'a [Arc<Queue>],
    incoming: &Incoming,
) -> Result<Option<&'a Arc<Queue>>, TransportError> {
    for (reserved, queue) in queues.iter().enumerate() {
        let outcome = queue.reserve(incoming);
        if !matches!(outcome, Ok(true)) {
            queues[..reserved].iter().for_each(|queue| queue.release());
            return outcome.map(|_| Some(queue));
        }
    }
    queues.iter().for_each(|queue| queue.fill(incoming.clone()));
    Ok(None)
}

fn deadline(options: &PublishOptions) -> Instant {
    let now = Instant::now();
    now.checked_add(options.timeout)
        .unwrap_or(now + crate::broker::NEVER)
}

/// Takes one of a number of faults to be made.
fn take_one(faults: &AtomicUsize, any: &std::sync::atomic::AtomicBool) -> bool {
    any.load(Ordering::Relaxed)
        && faults
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
            .is_ok()
}
