//! What was written and is not confirmed, and what becomes of it.

use lapin::Confirmation;
use lapin::message::BasicReturnMessage;
use lapin::protocol::AMQPSoftError;
use slab::Slab;
use trunkline_core::Routing;

use super::job::{Answer, Fail, Job};
use super::returned::is_returned;
use crate::config::AmqpConfig;
use crate::error::soft;

/// An event that was written and is not confirmed.
pub(super) struct Sent {
    pub(super) job: Box<Job>,
    returned: bool,
}

impl Sent {
    pub(super) fn new(job: Box<Job>) -> Self {
        Self {
            job,
            returned: false,
        }
    }
}

/// What the broker said of the event in a slot.
pub(super) type Outcome = (usize, lapin::Result<Confirmation>);

/// Answers the publishers of what came to its end; true if the channel is gone.
///
/// A returned message comes with whichever confirm was the next, and so before its own or with it: once
/// all are looked through that there are, none is answered too early.
pub(super) fn answer_all(
    sent: &mut Slab<Sent>,
    outcomes: &mut Vec<Outcome>,
    config: &AmqpConfig,
) -> bool {
    for (_, outcome) in outcomes.iter() {
        if let Ok(Confirmation::Ack(Some(message)) | Confirmation::Nack(Some(message))) = outcome {
            mark(sent, message);
        }
    }
    let mut gone = false;
    for (slot, outcome) in outcomes.drain(..) {
        gone |= outcome.is_err();
        let Sent { mut job, returned } = sent.remove(slot);
        let answer = answer(&job, returned, outcome, config);
        job.answer(answer);
    }
    gone
}

/// Finds the event that came back.
fn mark(sent: &mut Slab<Sent>, message: &BasicReturnMessage) {
    let found = sent.iter_mut().find(|(_, sent)| {
        !sent.returned && is_returned(message, &sent.job.target, &sent.job.envelope)
    });
    if let Some((_, sent)) = found {
        sent.returned = true;
    }
}

fn answer(
    job: &Job,
    returned: bool,
    outcome: lapin::Result<Confirmation>,
    config: &AmqpConfig,
) -> Answer {
    match outcome {
        Ok(Confirmation::Ack(_)) if returned => Ok(Routing::Unroutable),
        Ok(Confirmation::Ack(_)) => Ok(Routing::Routed),
        Ok(Confirmation::Nack(_)) => Err(Fail::Nacked),
        Ok(Confirmation::NotRequested) => Ok(Routing::Unknown),
        Err(error) => Err(fail(job, error, config)),
    }
}

fn fail(job: &Job, error: lapin::Error, config: &AmqpConfig) -> Fail {
    let refused = |what, error| Fail::Refused(crate::error::broker(what, error));
    let exchange = job.target.exchange.as_str();
    match soft(&error) {
        Some((AMQPSoftError::ACCESSREFUSED, _)) => refused(
            "the user may not publish to the exchange; give it write permission".to_owned(),
            error,
        ),
        // The channel ends for all that was on its way; this one would end the next as well.
        // Exchanges of our own are declared with that.
        Some((AMQPSoftError::NOTFOUND, message))
            if exchange != config.exchange.name && message.contains(&format!("'{exchange}'")) =>
        {
            refused(format!("there is no exchange `{exchange}`"), error)
        }
        _ => Fail::Lost,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lapin::message::Delivery;
    use tokio::sync::{Semaphore, oneshot};
    use tokio::time::Instant;
    use trunkline_core::{Envelope, RoutingKey};

    use super::*;
    use crate::codec::encode;
    use crate::publish::Target;

    async fn send(sent: &mut Slab<Sent>, key: &str) -> (usize, oneshot::Receiver<Answer>) {
        let envelope = Envelope::new(RoutingKey::new(key).unwrap(), "x");
        let window = Arc::new(Semaphore::new(1));
        let (reply, answer) = oneshot::channel();
        let job = Job {
            target: Arc::new(Target::exchange("events", key)),
            properties: encode(&envelope, &Default::default(), 4096).unwrap(),
            envelope,
            deadline: Instant::now(),
            reply: Some(reply),
            _place: window.acquire_owned().await.unwrap(),
        };
        (sent.insert(Sent::new(Box::new(job))), answer)
    }

    /// An event as the broker returns it.
    fn returned(sent: &Sent) -> BasicReturnMessage {
        let Target {
            exchange,
            routing_key,
        } = Target::clone(&sent.job.target);
        let mut delivery = Delivery::mock(0, exchange, routing_key, false, Vec::new());
        delivery.properties = sent.job.properties.clone();
        BasicReturnMessage {
            delivery,
            reply_code: 312,
            reply_text: "NO_ROUTE".into(),
        }
    }

    #[tokio::test]
    async fn an_event_that_comes_back_with_anothers_confirm_is_unroutable() {
        let config = AmqpConfig::parse("amqp://localhost").unwrap();
        let mut sent = Slab::new();
        let (first, mut routed) = send(&mut sent, "calls.1").await;
        let (second, mut unroutable) = send(&mut sent, "calls.2").await;
        let back = returned(&sent[second]);
        // The confirm that carries it may be found after its own.
        let mut outcomes = vec![
            (second, Ok(Confirmation::Ack(None))),
            (first, Ok(Confirmation::Ack(Some(back)))),
        ];
        assert!(!answer_all(&mut sent, &mut outcomes, &config));
        let heard = |answer: &mut oneshot::Receiver<Answer>| answer.try_recv().unwrap().ok();
        assert_eq!(heard(&mut routed), Some(Routing::Routed));
        assert_eq!(heard(&mut unroutable), Some(Routing::Unroutable));
        assert!(sent.is_empty());
    }
}
