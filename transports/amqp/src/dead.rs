//! The dead letters of one group: a queue of its own, read without taking.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicNackOptions, QueueDeclareOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::FieldTable;
use tokio::time::timeout;
use trunkline_core::{DeadLetter, DeadLetters, HANDLERS_HEADER, Routing, TransportError};

use crate::NAME;
use crate::client::Client;
use crate::codec::{KEY, decode, story};
use crate::error::{broker, soft};
use crate::publish::Target;
use crate::topology::{self, dead_queue};

/// Longest wait for the broker to own a letter that is replayed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Longest wait until letters that were put back are there again.
const SETTLED: Duration = Duration::from_secs(2);

/// A pause between two looks at that.
const LOOK: Duration = Duration::from_millis(5);

/// The dead letters of one group.
pub(crate) struct GroupDeadLetters {
    pub(crate) client: Arc<Client>,
    pub(crate) group: String,
}

impl GroupDeadLetters {
    async fn read(&self) -> Result<Reading<'_>, TransportError> {
        let up = self.client.consume_link().await?;
        Ok(Reading {
            channel: topology::channel(&up).await?,
            group: &self.group,
            in_hand: Vec::new(),
            rest: 0,
            came_back: false,
        })
    }
}

/// A look through the letters, from the first; each that was looked at is in hand until it is put
/// back.
struct Reading<'a> {
    channel: Channel,
    group: &'a str,
    in_hand: Vec<u64>,
    /// Letters behind those.
    rest: u32,
    /// Whether the last of them was put back before, into a quorum queue.
    came_back: bool,
}

impl Reading<'_> {
    /// Takes the next letter in hand.
    async fn next(&mut self) -> Result<Option<Letter>, TransportError> {
        let queue = dead_queue(self.group);
        let got = self
            .channel
            .basic_get(queue.as_str().into(), BasicGetOptions::default());
        match got.await {
            Ok(message) => {
                self.rest = message.as_ref().map_or(0, |message| message.message_count);
                let letter = message.map(|message| Letter::read(message, self.group));
                self.came_back = letter.as_ref().is_some_and(|letter| letter.came_back);
                self.in_hand
                    .extend(letter.as_ref().map(|letter| letter.tag));
                Ok(letter)
            }
            // A group that never was has no dead letters.
            Err(error) if matches!(soft(&error), Some((AMQPSoftError::NOTFOUND, _))) => Ok(None),
            Err(error) => Err(broker(format!("`{queue}` cannot be read"), error)),
        }
    }

    /// Finds the letter of an id, in hand.
    async fn find(&mut self, id: &str) -> Result<Option<Letter>, TransportError> {
        while let Some(letter) = self.next().await? {
            if letter.told.id == id {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    async fn remove(&mut self, letter: &Letter) -> Result<(), TransportError> {
        let options = BasicAckOptions::default();
        let removed = self.channel.basic_ack(letter.tag, options).await;
        removed.map_err(|error| broker("a dead letter cannot be removed", error))?;
        self.in_hand.retain(|tag| *tag != letter.tag);
        Ok(())
    }

    /// Puts back what was looked at, and waits a little until it is there. The trouble of it is the
    /// link's, which puts it back as well.
    ///
    /// A classic queue has each in its place again. A quorum queue keeps what comes back before the
    /// rest, in the order it comes back: so all that came back before must come back now, one by
    /// one.
    async fn put_back(mut self) {
        while self.came_back && matches!(self.next().await, Ok(Some(_))) {}
        let again = BasicNackOptions {
            requeue: true,
            multiple: false,
        };
        for tag in &self.in_hand {
            let _ = self.channel.basic_nack(*tag, again).await;
        }
        if !self.in_hand.is_empty() {
            let _ = timeout(SETTLED, self.all_there()).await;
        }
        let _ = self.channel.close(200, "done".into()).await;
    }

    /// A quorum queue has what was put back once its nodes agree, and tells nobody.
    async fn all_there(&self) {
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let wanted = self.in_hand.len() + self.rest as usize;
        loop {
            let queue = dead_queue(self.group);
            let asked =
                self.channel
                    .queue_declare(queue.as_str().into(), passive, FieldTable::default());
            match asked.await {
                Ok(queue) if (queue.message_count() as usize) < wanted => {
                    tokio::time::sleep(LOOK).await;
                }
                _ => return,
            }
        }
    }
}

/// A letter in hand.
struct Letter {
    tag: u64,
    told: DeadLetter,
    came_back: bool,
}

impl Letter {
    fn read(message: BasicGetMessage, group: &str) -> Self {
        let message = message.delivery;
        let key = message.routing_key.as_str();
        let decoded = decode(key, &message.properties, message.data);
        Self {
            tag: message.delivery_tag,
            came_back: decoded.delivery_count.is_some(),
            told: story::read(decoded, &message.properties, group),
        }
    }
}

#[async_trait]
impl DeadLetters for GroupDeadLetters {
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError> {
        let mut reading = self.read().await?;
        let mut found = Vec::new();
        if let Some(id) = after
            && reading.find(id).await?.is_none()
        {
            reading.put_back().await;
            return Ok(found);
        }
        while found.len() < limit {
            match reading.next().await? {
                Some(letter) => found.push(letter.told),
                None => break,
            }
        }
        reading.put_back().await;
        Ok(found)
    }

    async fn replay(&self, id: &str) -> Result<bool, TransportError> {
        let mut reading = self.read().await?;
        let Some(letter) = reading.find(id).await? else {
            reading.put_back().await;
            return Ok(false);
        };
        let mut envelope = letter.told.envelope.clone();
        if !letter.told.handlers.is_empty() {
            let handlers = letter.told.handlers.join(",");
            let named = envelope.headers_mut().insert(HANDLERS_HEADER, handlers);
            named.map_err(|source| TransportError::Header {
                transport: NAME,
                source,
            })?;
        }
        let mut extra = FieldTable::default();
        let key = letter.told.envelope.routing_key().as_str();
        extra.insert(KEY.into(), lapin::types::AMQPValue::LongString(key.into()));
        // In the group first: a crash between the two doubles the event, it never loses it.
        let target = Target::queue(&self.group);
        let publisher = &self.client.publisher;
        let outcome = publisher.publish(target, envelope, extra, PATIENCE).await;
        let outcome = match outcome {
            Ok(Routing::Unroutable) => Err(TransportError::Broker {
                transport: NAME,
                what: format!(
                    "there is no group `{}` to replay to; start its service",
                    self.group
                ),
                source: None,
            }),
            Ok(_) => reading.remove(&letter).await.map(|()| true),
            Err(error) => Err(error),
        };
        reading.put_back().await;
        outcome
    }

    async fn purge(&self, id: &str) -> Result<bool, TransportError> {
        let mut reading = self.read().await?;
        let outcome = match reading.find(id).await? {
            Some(letter) => reading.remove(&letter).await.map(|()| true),
            None => Ok(false),
        };
        reading.put_back().await;
        outcome
    }
}

impl fmt::Debug for GroupDeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupDeadLetters")
            .field("group", &self.group)
            .finish_non_exhaustive()
    }
}
