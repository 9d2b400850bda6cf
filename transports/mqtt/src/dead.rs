//! Dead letters: retained messages of ours, one topic each.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use trunkline_core::{DeadLetter, DeadLetters, HANDLERS_HEADER, Routing, TransportError};

use crate::NAME;
use crate::client::Client;
use crate::group;
use crate::keys::{OWN, level};
use crate::wire::{Letter, Message, encode};

/// Dead letters lie in so many shares, asked for one after the other: a broker drops what is over
/// its limit of queued messages (mosquitto's default is 1000), retained ones too.
const SHARES: u32 = 16;

/// A new id, later than those before it.
pub(crate) fn new_id() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = now.map_or(0, |since| since.as_nanos());
    format!("{nanos:019x}{:04x}", fastrand::u16(..))
}

/// The topic of a new dead letter of a group.
pub(crate) fn new_topic(source: &str) -> String {
    topic(source, &new_id())
}

/// The topics of a group's dead letters, as a filter.
pub(crate) fn dead_topics(source: &str) -> String {
    format!("{OWN}dead/{}/#", level(source))
}

/// The share is the last digit of the id, which is left to chance.
fn topic(source: &str, id: &str) -> String {
    let share = id.chars().last().unwrap_or('0');
    format!("{OWN}dead/{}/{share}/{id}", level(source))
}

/// The dead letters of one group.
pub(crate) struct GroupDeadLetters {
    pub(crate) client: Arc<Client>,
    pub(crate) group: String,
}

impl GroupDeadLetters {
    async fn find(&self, id: &str) -> Result<Option<Message>, TransportError> {
        let is_ours = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_ours {
            // Whether or not there is one, the broker has to be there to say so.
            self.client.reached().await?;
            return Ok(None);
        }
        let found = self.client.fetch(&topic(&self.group, id)).await?;
        Ok(found.into_iter().next())
    }

    fn nobody(&self) -> TransportError {
        TransportError::Broker {
            transport: NAME,
            what: format!(
                "there is no group `{}` to replay to; start its service",
                self.group
            ),
            source: None,
        }
    }

    async fn all(&self) -> Result<Vec<DeadLetter>, TransportError> {
        let mut letters = Vec::new();
        for share in 0..SHARES {
            let filter = format!("{OWN}dead/{}/{share:x}/+", level(&self.group));
            for message in self.client.fetch(&filter).await? {
                let id = message.topic.rsplit('/').next().unwrap_or("").to_owned();
                match Letter::read(&id, &message) {
                    Ok(letter) => letters.push(letter),
                    Err(foreign) => {
                        tracing::warn!(id, reason = foreign.0, "a dead letter cannot be read");
                    }
                }
            }
        }
        letters.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        Ok(letters)
    }
}

#[async_trait]
impl DeadLetters for GroupDeadLetters {
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError> {
        let letters = self.all().await?;
        let later = letters
            .into_iter()
            .filter(|letter| after.is_none_or(|after| *letter.id > *after));
        Ok(later.take(limit).collect())
    }

    async fn replay(&self, id: &str) -> Result<bool, TransportError> {
        let Some(message) = self.find(id).await? else {
            return Ok(false);
        };
        let kept_at = message.topic.clone();
        let letter = Letter::read(id, &message).map_err(|foreign| TransportError::Broker {
            transport: NAME,
            what: format!("the dead letter `{id}` cannot be read: {}", foreign.0),
            source: None,
        })?;
        let headers = |source| TransportError::Header {
            transport: NAME,
            source,
        };
        let mut envelope = letter.envelope;
        if !letter.handlers.is_empty() {
            let handlers = letter.handlers.join(",");
            let inserted = envelope.headers_mut().insert(HANDLERS_HEADER, handlers);
            inserted.map_err(headers)?;
        }
        let key = envelope.routing_key().as_str().to_owned();
        let mut message = encode(&envelope, self.client.name()).map_err(headers)?;
        message.topic = group::again(&self.group);
        crate::wire::write_key(&mut message, &key);
        if !self.client.group(&self.group).await?.exists() {
            return Err(self.nobody());
        }
        // In the group first: a crash between the two doubles the event, it never loses it.
        if self.client.send_own(message).await? == Routing::Unroutable {
            return Err(self.nobody());
        }
        self.client.clear(&kept_at).await?;
        Ok(true)
    }

    async fn purge(&self, id: &str) -> Result<bool, TransportError> {
        let Some(message) = self.find(id).await? else {
            return Ok(false);
        };
        self.client.clear(&message.topic).await?;
        Ok(true)
    }
}

impl fmt::Debug for GroupDeadLetters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetters")
            .field("group", &self.group)
            .finish_non_exhaustive()
    }
}
