//! The dead letters of one group: a queue of its own, read without taking.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lapin::Channel;
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::FieldTable;
use trunkline_core::{DeadLetter, DeadLetters, HANDLERS_HEADER, Routing, TransportError};

use crate::NAME;
use crate::client::Client;
use crate::codec::{KEY, decode, story};
use crate::error::{broker, soft};
use crate::publish::Target;
use crate::topology::{self, dead_queue};

/// Longest wait for the broker to own a letter that is replayed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The dead letters of one group.
pub(crate) struct GroupDeadLetters {
    pub(crate) client: Arc<Client>,
    pub(crate) group: String,
}

impl GroupDeadLetters {
    async fn channel(&self) -> Result<Channel, TransportError> {
        let up = self.client.consume_link().await?;
        topology::channel(&up).await
    }

    /// Takes the next letter in hand; closing the channel puts all of them back in their places.
    async fn next(&self, channel: &Channel) -> Result<Option<Letter>, TransportError> {
        let queue = dead_queue(&self.group);
        let got = channel.basic_get(queue.as_str().into(), BasicGetOptions::default());
        match got.await {
            Ok(message) => Ok(message.map(|message| Letter::read(message, &self.group))),
            // A group that never was has no dead letters.
            Err(error) if matches!(soft(&error), Some((AMQPSoftError::NOTFOUND, _))) => Ok(None),
            Err(error) => Err(broker(format!("`{queue}` cannot be read"), error)),
        }
    }

    /// Finds the letter of an id, in hand.
    async fn find(&self, channel: &Channel, id: &str) -> Result<Option<Letter>, TransportError> {
        while let Some(letter) = self.next(channel).await? {
            if letter.told.id == id {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    async fn remove(&self, channel: &Channel, letter: &Letter) -> Result<(), TransportError> {
        let removed = channel.basic_ack(letter.tag, BasicAckOptions::default());
        removed
            .await
            .map_err(|error| broker("a dead letter cannot be removed", error))
    }
}

/// A letter in hand.
struct Letter {
    tag: u64,
    told: DeadLetter,
}

impl Letter {
    fn read(message: BasicGetMessage, group: &str) -> Self {
        let message = message.delivery;
        let key = message.routing_key.as_str();
        let decoded = decode(key, &message.properties, message.data);
        Self {
            tag: message.delivery_tag,
            told: story::read(decoded, &message.properties, group),
        }
    }
}

/// Puts back what was looked at; the trouble of it is the link's, which puts it back as well.
async fn put_back(channel: &Channel) {
    let _ = channel.close(200, "done".into()).await;
}

#[async_trait]
impl DeadLetters for GroupDeadLetters {
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError> {
        let channel = self.channel().await?;
        let mut found = Vec::new();
        if let Some(id) = after
            && self.find(&channel, id).await?.is_none()
        {
            put_back(&channel).await;
            return Ok(found);
        }
        while found.len() < limit {
            match self.next(&channel).await? {
                Some(letter) => found.push(letter.told),
                None => break,
            }
        }
        put_back(&channel).await;
        Ok(found)
    }

    async fn replay(&self, id: &str) -> Result<bool, TransportError> {
        let channel = self.channel().await?;
        let Some(letter) = self.find(&channel, id).await? else {
            put_back(&channel).await;
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
            Ok(_) => self.remove(&channel, &letter).await.map(|()| true),
            Err(error) => Err(error),
        };
        put_back(&channel).await;
        outcome
    }

    async fn purge(&self, id: &str) -> Result<bool, TransportError> {
        let channel = self.channel().await?;
        let outcome = match self.find(&channel, id).await? {
            Some(letter) => self.remove(&channel, &letter).await.map(|()| true),
            None => Ok(false),
        };
        put_back(&channel).await;
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
