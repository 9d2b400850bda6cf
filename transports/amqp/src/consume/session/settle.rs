//! Settling: acks, and the copies that stand for retries and dead letters.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lapin::options::BasicQosOptions;
use lapin::types::{AMQPValue, FieldTable};
use tokio::time::{sleep, timeout};
use trunkline_core::{
    Envelope, Nack, Rejection, Routing, SettleError, SettleFuture, Settlement, Settler, Ticket,
    TransportError,
};

use super::Session;
use crate::NAME;
use crate::codec::{ATTEMPTS, FIRST_ATTEMPT, KEY, micros, story};
use crate::consume::acks::Held;
use crate::publish::Target;
use crate::topology::{self, dead_queue};

/// Longest wait for the broker to own a copy of a delivery.
const COPY_PATIENCE: Duration = Duration::from_secs(30);

/// How long an event is kept whose copy was refused, before it is given back: it comes again at once,
/// and may be refused again.
const REFUSED: Duration = Duration::from_millis(500);

impl Session {
    /// Waits until the broker has handled all it was told.
    async fn round_trip(&self) -> Result<(), SettleError> {
        let stale = |_| SettleError::Stale { transport: NAME };
        self.flush().await.map_err(stale)?;
        // Any question will do: a channel's frames are handled in order. This one changes nothing,
        // as it speaks of consumers to come.
        let question = self
            .channel
            .basic_qos(self.prefetch, BasicQosOptions::default());
        question.await.map_err(stale)
    }

    async fn retry(self: Arc<Self>, tag: Ticket, nack: Nack) -> Result<(), SettleError> {
        let held = self.claimed(tag)?;
        let mut envelope = held.envelope.clone();
        // In hand it no longer expires, and it would cut the wait short.
        envelope.properties_mut().set_expiration(None);
        for (name, value) in nack.headers.iter() {
            if let Err(error) = envelope.headers_mut().insert(name, value) {
                tracing::warn!(header = name, %error, "a retry's header was left out");
            }
        }
        let mut extra = self.way_back(&held);
        extra.insert(
            ATTEMPTS.into(),
            AMQPValue::LongLongInt(i64::from(held.attempt)),
        );
        let first = held.first_attempt_at.unwrap_or_else(SystemTime::now);
        extra.insert(FIRST_ATTEMPT.into(), AMQPValue::LongLongInt(micros(first)));
        let target = Target::queue(self.spec.name.as_str());
        let copied = self.copy((target, nack.after), &envelope, &extra).await;
        self.copied(tag, &held, "a retry", copied).await
    }

    async fn bury(self: Arc<Self>, tag: Ticket, rejection: Rejection) -> Result<(), SettleError> {
        let held = self.claimed(tag)?;
        let group = match &self.spec.group {
            Some(group) if self.spec.keep_dead_letters => group,
            _ => {
                tracing::warn!(
                    subscription = self.spec.name.as_str(),
                    routing_key = held.envelope.routing_key().as_str(),
                    reason = rejection.reason.as_str(),
                    "an event was dropped: the subscription keeps no dead letters"
                );
                let routed = Ok(Routing::Routed);
                return self.copied(tag, &held, "a dead letter", routed).await;
            }
        };
        let mut envelope = held.envelope.clone();
        envelope.properties_mut().set_expiration(None);
        // Ours for the way; the letter tells it in a field of its own.
        envelope
            .headers_mut()
            .remove(trunkline_core::HANDLERS_HEADER);
        let mut extra = self.way_back(&held);
        let told = story::tell(&rejection, group, held.attempt, held.first_attempt_at);
        for (name, value) in &told {
            extra.insert(name.clone(), value.clone());
        }
        let target = || (Target::queue(&dead_queue(group)), Duration::ZERO);
        let mut copied = self.copy(target(), &envelope, &extra).await;
        // Somebody deleted it: that is no reason for the event to go round and round.
        if let Ok(Routing::Unroutable) = copied
            && let Ok(Ok(())) = timeout(COPY_PATIENCE, self.declare_dead(group)).await
        {
            copied = self.copy(target(), &envelope, &extra).await;
        }
        self.copied(tag, &held, "a dead letter", copied).await
    }

    fn claimed(&self, tag: Ticket) -> Result<Held, SettleError> {
        let claimed = self.acks().claim(tag).filter(|_| self.is_alive());
        claimed.ok_or_else(|| self.stale())
    }

    fn way_back(&self, held: &Held) -> FieldTable {
        let mut extra = FieldTable::default();
        let key = held.envelope.routing_key().as_str();
        extra.insert(KEY.into(), AMQPValue::LongString(key.into()));
        extra
    }

    async fn declare_dead(&self, group: &str) -> Result<(), TransportError> {
        let up = self.client.consume_link().await?;
        let channel = topology::channel(&up).await?;
        topology::declare_dead(&channel, group, self.spec.quorum).await?;
        let _ = channel.close(200, "done".into()).await;
        Ok(())
    }

    async fn copy(
        &self,
        later: (Target, Duration),
        envelope: &Envelope,
        extra: &FieldTable,
    ) -> Result<Routing, TransportError> {
        let copied = self
            .client
            .publish_later(later, envelope, extra, COPY_PATIENCE);
        copied.await
    }

    /// Ends the original once the broker owns its copy and it has reached its queue, or gives it
    /// back.
    async fn copied(
        &self,
        tag: Ticket,
        held: &Held,
        what: &'static str,
        copied: Result<Routing, TransportError>,
    ) -> Result<(), SettleError> {
        let copied = match copied {
            Ok(Routing::Unroutable) => Err(TransportError::Broker {
                transport: NAME,
                what: "there is no queue for it".into(),
                source: None,
            }),
            other => other,
        };
        if copied.is_err() {
            if self.is_alive() {
                sleep(REFUSED).await;
            }
            self.remember(&held.envelope, held.attempt);
        }
        self.acks().release(tag, copied.is_ok());
        self.tell();
        copied.map(drop).map_err(|source| SettleError::Refused {
            transport: NAME,
            what,
            source: Box::new(source),
        })
    }

    fn stale(&self) -> SettleError {
        if self.client.is_closing() {
            return SettleError::Closed { transport: NAME };
        }
        SettleError::Stale { transport: NAME }
    }

    fn done(&self, tag: Ticket) -> Result<(), SettleError> {
        if !self.is_alive() {
            return Err(self.stale());
        }
        let mut acks = self.acks();
        if !acks.done(tag) {
            return Err(self.stale());
        }
        let untold = acks.untold();
        drop(acks);
        self.ended(untold);
        Ok(())
    }
}

/// A session as deliveries hold it.
#[derive(Clone)]
pub(in crate::consume) struct SessionSettler(pub(in crate::consume) Arc<Session>);

impl Settler for SessionSettler {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        let session = Arc::clone(&self.0);
        match settlement {
            Settlement::Ack => SettleFuture::ready(session.done(ticket)),
            Settlement::AckSure => SettleFuture::boxed(async move {
                session.done(ticket)?;
                session.round_trip().await
            }),
            Settlement::Nack(nack) => SettleFuture::boxed(session.retry(ticket, *nack)),
            Settlement::Reject(rejection) => SettleFuture::boxed(session.bury(ticket, *rejection)),
            _ => SettleFuture::ready(Err(SettleError::Unsupported {
                transport: NAME,
                what: "this settlement",
            })),
        }
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        let held = self.0.acks().give_back(ticket);
        if let Some(held) = held {
            let begun = held.attempt.saturating_sub(u32::from(!seen));
            self.0.remember(&held.envelope, begun);
            self.0.tell();
        }
    }
}

impl fmt::Debug for SessionSettler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionSettler")
            .field("queue", &self.0.spec.name.as_str())
            .finish_non_exhaustive()
    }
}
