//! One event, carried to the other side.

use std::time::Duration;

use tokio::time::sleep;
use trunkline::{
    DeadReason, Delivery, Envelope, Rejection, TransportError, Value, ValueRef, is_reserved_header,
};

use crate::failure::chain;

/// The header that lists the places an event has been to.
const VIA: &str = "trunkline-via";

/// What became of one.
pub(super) enum Fate {
    Carried,
    TurnedBack,
    Refused,
}

/// The other side of the bridge.
pub(super) struct Far<P> {
    pub(super) publish: P,
    pub(super) from_name: String,
    pub(super) to_name: String,
}

impl<P, F> Far<P>
where
    P: Fn(Envelope, bool) -> F,
    F: Future<Output = Result<(), TransportError>>,
{
    /// Carries one event, however long that takes; settles it once the other broker has it.
    pub(super) async fn carry_one(&self, delivery: Delivery) -> Fate {
        let Some(envelope) = stamped(self, delivery.envelope()) else {
            settle(delivery.ack().await.err());
            return Fate::TurnedBack;
        };
        let mut wait = Duration::from_millis(100);
        loop {
            let error = match (self.publish)(envelope.clone(), delivery.is_retained()).await {
                Ok(()) => {
                    settle(delivery.ack().await.err());
                    return Fate::Carried;
                }
                Err(error) => error,
            };
            if !error.is_retryable() {
                let routing_key = envelope.routing_key().as_str();
                tracing::warn!(
                    routing_key,
                    error = chain(&error),
                    "the other side refuses it"
                );
                let rejection = Rejection::new(DeadReason::Rejected, chain(&error));
                settle(delivery.reject(rejection).await.err());
                return Fate::Refused;
            }
            tracing::warn!(error = chain(&error), "not carried yet");
            sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(2));
        }
    }
}

/// The event with the place it comes from among those it has been to; `None` if it has been where it
/// is to go. Headers that belong to brokers stay behind.
fn stamped<P>(far: &Far<P>, envelope: &Envelope) -> Option<Envelope> {
    let mut via: Vec<Value> = match envelope.headers().get(VIA) {
        Some(ValueRef::List(places)) => places.iter().map(ValueRef::to_value).collect(),
        Some(ValueRef::Text(place)) => vec![place.into()],
        _ => Vec::new(),
    };
    if via.contains(&Value::from(far.to_name.as_str())) {
        return None;
    }
    let from = Value::from(far.from_name.as_str());
    if !via.contains(&from) {
        via.push(from);
    }
    let mut stamped = envelope.clone();
    let headers = stamped.headers_mut();
    let reserved = envelope.headers().iter().map(|(name, _)| name);
    for name in reserved.filter(|name| is_reserved_header(name)) {
        headers.remove(name);
    }
    if let Err(error) = headers.insert(VIA, Value::List(via)) {
        tracing::warn!(%error, "an event is carried without word of where it has been");
    }
    Some(stamped)
}

fn settle(trouble: Option<trunkline::SettleError>) {
    if let Some(error) = trouble {
        // It comes again, and is then a double at most.
        tracing::debug!(%error, "an event was carried and not settled");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Envelope {
        let key = trunkline::RoutingKey::new("a.b").expect("a key");
        Envelope::new(key, "body")
    }

    fn from_to(from: &str, to: &str) -> Far<()> {
        Far {
            publish: (),
            from_name: from.into(),
            to_name: to.into(),
        }
    }

    #[test]
    fn no_event_goes_in_a_circle() {
        let there = stamped(&from_to("a", "b"), &event()).expect("it is new");
        assert!(stamped(&from_to("b", "a"), &there).is_none(), "back");
        let on = stamped(&from_to("b", "c"), &there).expect("on and on");
        assert!(stamped(&from_to("c", "a"), &on).is_none(), "round");
        assert_eq!(on.id(), there.id());
    }
}
