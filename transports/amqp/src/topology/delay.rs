//! Waiting at the broker: one queue for each length of wait.
//!
//! A queue with waits of different lengths would let the short ones stand behind the long ones:
//! RabbitMQ lets go of what is due at the head alone. So there is a queue for each length, and
//! lengths are rounded up to a few. Each queue goes when nobody has used it for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::types::{AMQPValue, FieldTable};
use tokio::time::Instant;
use trunkline_core::TransportError;

use super::declaration::Kind;
use super::queue::quorum_arguments;
use super::{Declaration, Native, channel};
use crate::NAME;
use crate::error::broker;
use crate::link::Up;
use crate::publish::Target;

/// How long a declaration is relied upon.
const FRESH: Duration = Duration::from_secs(300);
/// How much longer than its wait an unused queue stays: more than `FRESH`, or it would go with
/// events in it.
const LINGER: Duration = Duration::from_secs(900);
/// The longest wait there can be: RabbitMQ counts milliseconds in 32 bits, and the queue must
/// outlive it.
pub(crate) const LONGEST: Duration = Duration::from_millis(u32::MAX as u64 - 1_000_000);

/// The waits there are on the broker, for all this transport knows.
#[derive(Debug)]
pub(crate) struct Delays {
    /// Whether waits are kept on several nodes, as the queues of groups are.
    quorum: bool,
    declared: Mutex<HashMap<String, (u64, Instant)>>,
}

impl Delays {
    pub(crate) fn new(quorum: bool) -> Self {
        Self {
            quorum,
            declared: Mutex::default(),
        }
    }

    /// Where to publish so that an event reaches `target` after a wait of at least `after`.
    pub(crate) async fn toward(
        &self,
        up: &Arc<Up>,
        target: Target,
        after: Duration,
    ) -> Result<Target, TransportError> {
        let (place, steps) = wait(target.exchange.as_str(), after, self.quorum)?;
        if !self.is_fresh(&place, up.epoch) {
            let channel = channel(up).await?;
            for step in steps {
                step.declare(&channel)
                    .await
                    .map_err(|error| broker(format!("the wait `{place}` cannot be had"), error))?;
            }
            // It may be refused when the link goes; then nothing is left to close.
            let _ = channel.close(200, "done".into()).await;
            let mut known = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(place.clone(), (up.epoch, Instant::now()));
        }
        Ok(Target::exchange(&place, target.routing_key.as_str()))
    }

    /// Relies on a wait no more: somebody deleted it.
    pub(crate) fn forget(&self, wait: &Target) {
        let mut known = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(wait.exchange.as_str());
    }

    fn is_fresh(&self, place: &str, epoch: u64) -> bool {
        let mut known = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (of, at)| *of == epoch && at.elapsed() < FRESH);
        known.contains_key(place)
    }
}

/// The place of a wait before events go on to an exchange, and what is declared for it.
pub(crate) fn wait(
    exchange: &str,
    after: Duration,
    quorum: bool,
) -> Result<(String, [Declaration; 3]), TransportError> {
    let millis = step(after).ok_or(TransportError::Unsupported {
        transport: NAME,
        what: "a wait of more than 49 days",
        hint: "keep the event yourself, and publish it later",
    })?;
    let place = match exchange {
        "" => format!("trunkline.delay.{millis}"),
        exchange => format!("{exchange}.delay.{millis}"),
    };
    // Services with both kinds of queues may share a virtual host.
    let place = place + if quorum { ".quorum" } else { "" };
    let expires = millis.saturating_add(u32::try_from(LINGER.as_millis()).unwrap_or(u32::MAX));
    let mut arguments = FieldTable::default();
    if quorum {
        arguments = quorum_arguments();
        // Without both, RabbitMQ lets an event go that a leader was handing on when it died.
        let text = |text: &str| AMQPValue::LongString(text.into());
        arguments.insert("x-dead-letter-strategy".into(), text("at-least-once"));
        arguments.insert("x-overflow".into(), text("reject-publish"));
    }
    let number = |n: u32| AMQPValue::LongLongInt(i64::from(n));
    arguments.insert("x-message-ttl".into(), number(millis));
    arguments.insert("x-expires".into(), number(expires));
    arguments.insert(
        "x-dead-letter-exchange".into(),
        AMQPValue::LongString(exchange.into()),
    );
    let everything = Native {
        exchange: place.clone(),
        key: String::new(),
        arguments: FieldTable::default(),
    };
    let declarations = [
        // The exchange goes with its queue, which goes when it is no longer used.
        Declaration::Exchange {
            name: place.clone(),
            kind: Kind::Fanout,
            durable: true,
            auto_delete: true,
        },
        Declaration::queue(&place, arguments),
        Declaration::QueueBinding {
            to: place.clone(),
            from: everything,
        },
    ];
    Ok((place, declarations))
}

/// A wait in milliseconds, rounded up to five significant bits: 6 % more at most, and no more than
/// 16 queues for each doubling. `None` if it is too long.
fn step(wait: Duration) -> Option<u32> {
    if wait > LONGEST {
        return None;
    }
    // Rounded up to the millisecond first: never early.
    let millis = u32::try_from(wait.as_nanos().div_ceil(1_000_000))
        .ok()?
        .max(1);
    let grain = 1 << millis.ilog2().saturating_sub(4);
    Some(millis.div_ceil(grain) * grain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up_to_few_lengths() {
        let millis = |n| step(Duration::from_millis(n)).unwrap();
        assert_eq!([0, 1, 30, 31, 33].map(millis), [1, 1, 30, 31, 34]);
        assert_eq!([500, 3_000, 5_000].map(millis), [512, 3_072, 5_120]);
        let lengths: std::collections::HashSet<_> = (0..100_000).map(millis).collect();
        assert!(lengths.len() < 16 * 17, "{}", lengths.len());
        for n in (1_u32..100_000).step_by(77) {
            let (asked, given) = (f64::from(n), f64::from(millis(u64::from(n))));
            assert!(given >= asked && given <= asked * 1.0625 + 1.0, "{n}");
        }
        assert_eq!(step(Duration::from_nanos(1)), Some(1));
        assert_eq!(step(Duration::from_secs(60 * 24 * 3600)), None);
    }
}
