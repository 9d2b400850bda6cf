//! How deliveries end.
//!
//! MQTT has an ack and nothing else (MQTT 5 §4.4). A retry is a copy that the broker keeps as a
//! retained message of ours, a dead letter another; the original is acked once the broker has the
//! copy, so that a crash in between doubles the event and never loses it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use trunkline_core::{
    BoxError, HANDLERS_HEADER, Nack, Rejection, SettleError, SettleFuture, Settlement, Settler,
    Ticket,
};

use super::Member;
use super::inbox::{Entry, Origin};
use crate::NAME;
use crate::dead;
use crate::wire::{Letter, Message, Story, encode};

impl Settler for Member {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        let offered = match settlement {
            Settlement::AckSure => Err("a sure ack"),
            Settlement::Nack(_) if !self.inbox().ways().redelivers => Err("a nack"),
            _ => Ok(()),
        };
        let Some(entry) = self.inbox().settle(ticket) else {
            return SettleFuture::ready(Err(self.stale()));
        };
        if self.client().board().check_open().is_err() {
            return SettleFuture::ready(Err(self.stale()));
        }
        if let Err(what) = offered {
            self.done(&entry);
            let unsupported = SettleError::Unsupported {
                transport: NAME,
                what,
            };
            return SettleFuture::ready(Err(unsupported));
        }
        match settlement {
            Settlement::Nack(nack) => self.nack(entry, *nack),
            Settlement::Reject(rejection) => self.reject(entry, *rejection),
            _ => self.ack(entry),
        }
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        let Some(mut entry) = self.inbox().settle(ticket) else {
            return;
        };
        if seen && !self.inbox().ways().redelivers {
            tracing::warn!(
                routing_key = entry.envelope.routing_key().as_str(),
                "an event was given up, and this subscription redelivers nothing"
            );
            return self.done(&entry);
        }
        entry.attempt += u32::from(seen);
        self.inbox().put_back(entry);
        self.close_if_idle();
    }
}

impl Member {
    fn stale(&self) -> SettleError {
        match self.client().board().check_open() {
            Ok(()) => SettleError::Stale { transport: NAME },
            Err(_) => SettleError::Closed { transport: NAME },
        }
    }

    /// Lets go of an event that is settled, as far as this needs no waiting. Once only: the broker
    /// may have given the packet id to another event when a second ack comes.
    fn done(&self, entry: &Entry) {
        if let Origin::Link { pkid, generation } = entry.origin
            && let Ok(link) = self.link()
        {
            link.ack(pkid, generation);
        }
        self.close_if_idle();
    }

    fn ack(&self, entry: Entry) -> SettleFuture {
        if !matches!(entry.origin, Origin::Kept { .. }) {
            self.done(&entry);
            return SettleFuture::ready(Ok(()));
        }
        self.finish("the end of a retry", entry, None)
    }

    fn nack(&self, entry: Entry, nack: Nack) -> SettleFuture {
        let (due, later) = due(nack.after);
        let mut next = Entry {
            attempt: entry.attempt + 1,
            ..entry.clone()
        };
        for (name, value) in nack.headers.iter() {
            if let Err(error) = next.envelope.headers_mut().insert(name, value) {
                tracing::warn!(header = name, %error, "a retry's header was left out");
            }
        }
        let Some(group) = self
            .rules()
            .group
            .as_ref()
            .filter(|_| entry.origin != Origin::Here)
        else {
            // It is nowhere but here.
            self.inbox().push_later(next, due);
            return SettleFuture::ready(Ok(()));
        };
        let topic = match &entry.origin {
            Origin::Kept { topic } => topic.clone(),
            _ => group.new_retry(),
        };
        let story = Story {
            attempt: next.attempt,
            first: entry.first,
            due: later,
        };
        let message = self.copy(&next, topic.clone(), |message, key| {
            story.write(message, key)
        });
        next.origin = Origin::Kept { topic };
        let replacement = Replacement {
            message,
            next: Some((next, due)),
        };
        self.finish("a retry", entry, Some(replacement))
    }

    fn reject(&self, entry: Entry, rejection: Rejection) -> SettleFuture {
        if !self.rules().keep_dead_letters {
            tracing::warn!(
                source = self.source(),
                routing_key = entry.envelope.routing_key().as_str(),
                reason = rejection.reason.as_str(),
                "an event was dropped: the subscription keeps no dead letters"
            );
            return self.ack(entry);
        }
        let letter = Letter {
            rejection: &rejection,
            attempts: entry.attempt,
            first: entry.first,
            source: self.source(),
        };
        let mut bare = entry.clone();
        if bare.envelope.headers().contains(HANDLERS_HEADER) {
            // Ours for the way; the letter tells it in a field of its own.
            bare.envelope.headers_mut().remove(HANDLERS_HEADER);
        }
        let topic = dead::new_topic(self.source());
        let message = self.copy(&bare, topic, |message, key| letter.write(message, key));
        let replacement = Replacement {
            message,
            next: None,
        };
        self.finish("a dead letter", entry, Some(replacement))
    }

    /// A copy of an event, for the broker to keep under a topic of ours.
    fn copy(
        &self,
        entry: &Entry,
        topic: String,
        story: impl FnOnce(&mut Message, &str),
    ) -> Result<Message, BoxError> {
        let mut message = encode(&entry.envelope, self.client().name())?;
        story(&mut message, entry.envelope.routing_key().as_str());
        message.topic = topic;
        message.retain = true;
        // What waits for its next attempt, or for somebody to look, does not expire.
        message.expiry = None;
        Ok(message)
    }

    /// Replaces an event by what the broker is to keep instead, then lets go of it. In a task of its
    /// own: whoever awaits it may go.
    fn finish(&self, what: &'static str, entry: Entry, by: Option<Replacement>) -> SettleFuture {
        let Some(member) = self.hold() else {
            return SettleFuture::ready(Err(self.stale()));
        };
        let task = self
            .client()
            .runtime()
            .spawn(member.replace(what, entry, by));
        SettleFuture::boxed(async move {
            let cut_short = |_| Err(SettleError::Closed { transport: NAME });
            task.await.unwrap_or_else(cut_short)
        })
    }

    async fn replace(
        self: Arc<Self>,
        what: &'static str,
        entry: Entry,
        by: Option<Replacement>,
    ) -> Result<(), SettleError> {
        let same_place = matches!(
            (&by, &entry.origin),
            (Some(Replacement { next: Some(_), .. }), Origin::Kept { .. })
        );
        let (message, next) = match by {
            Some(Replacement { message, next }) => (Some(message), next),
            None => (None, None),
        };
        let kept = match message {
            Some(Ok(message)) => self.client().keep(message).await.map_err(Into::into),
            Some(Err(error)) => Err(error),
            None => Ok(()),
        };
        let cleared = match (&kept, &entry.origin) {
            (Ok(()), Origin::Kept { topic }) if !same_place => {
                self.client().clear(topic).await.map_err(Into::into)
            }
            _ => Ok(()),
        };
        match kept.and(cleared) {
            Ok(()) => {
                match next {
                    None => self.done(&entry),
                    Some((next, due)) => {
                        // A link lost now would double the event: better before its next attempt.
                        self.settle_original(&entry).await;
                        self.inbox().push_later(next, due);
                        self.close_if_idle();
                    }
                }
                Ok(())
            }
            Err(source) => Err(self.stays(what, entry, source)),
        }
    }

    /// Acks what a copy has replaced; returns when the broker has the ack, or the link is gone.
    async fn settle_original(&self, entry: &Entry) {
        if let Origin::Link { pkid, generation } = entry.origin
            && let Ok(link) = self.link()
        {
            link.ack(pkid, generation);
            link.sync().await;
        }
    }

    /// The broker took no copy: the original is to be tried again.
    fn stays(&self, what: &'static str, mut entry: Entry, source: BoxError) -> SettleError {
        entry.attempt += 1;
        self.inbox().put_back(entry);
        self.close_if_idle();
        SettleError::Refused {
            transport: NAME,
            what,
            source,
        }
    }
}

/// What the broker is to keep instead of an event.
struct Replacement {
    message: Result<Message, BoxError>,
    /// What is handed out later instead.
    next: Option<(Entry, Instant)>,
}

/// When a wait is over, by both clocks.
fn due(after: Duration) -> (Instant, Option<SystemTime>) {
    let now = Instant::now();
    // Longer than anybody waits.
    let most = Duration::from_secs(30 * 365 * 24 * 3600);
    let due = now.checked_add(after.min(most)).unwrap_or(now);
    (due, SystemTime::now().checked_add(after.min(most)))
}
