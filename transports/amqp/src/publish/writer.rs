//! Who writes to the channel, and hears the confirms.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lapin::options::BasicPublishOptions;
use lapin::protocol::AMQPSoftError;
use lapin::{BasicProperties, Channel, Confirmation};
use slab::Slab;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use trunkline_core::{Envelope, Routing, TransportError};

use super::Target;
use super::renewal::{Renewal, open};
use super::returned::is_returned;
use crate::config::AmqpConfig;
use crate::error::soft;
use crate::link::Up;

/// One event on its way.
pub(super) struct Job {
    pub(super) target: Target,
    pub(super) properties: BasicProperties,
    pub(super) envelope: Envelope,
    pub(super) reply: oneshot::Sender<Result<Routing, Fail>>,
    /// Its place in the window.
    pub(super) _place: OwnedSemaphorePermit,
}

/// Why an event has no confirm.
pub(super) enum Fail {
    /// The link or the channel went; the broker may have it.
    Lost,
    /// The broker, or this channel of its, did not take it.
    Nacked,
    /// The broker will not have it.
    Refused(TransportError),
}

/// An event that was written and is not confirmed.
struct Sent {
    job: Job,
    returned: bool,
}

/// Writes what is published, one task for a channel.
///
/// One task, because lapin hands the message that the broker returned to whichever confirm comes
/// next, which need not be its own: they are told apart here, where all are known.
pub(super) struct Writer {
    up: Arc<Up>,
    channel: Channel,
    config: Arc<AmqpConfig>,
    sent: Slab<Sent>,
    renewal: Renewal,
}

impl Writer {
    pub(super) fn new(up: Arc<Up>, channel: Channel, config: Arc<AmqpConfig>) -> Self {
        Self {
            up,
            channel,
            config,
            sent: Slab::new(),
            renewal: Renewal::new(),
        }
    }

    /// Writes until there is nobody left to publish and nothing to confirm.
    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Job>) {
        let mut on_their_way = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some((slot, outcome)) = on_their_way.next() => {
                    if !self.confirmed(slot, outcome) && self.sent.is_empty() && !self.reopen().await {
                        return;
                    }
                }
                // What is on its way is confirmed on the old one, which closes with the last of it.
                renewed = self.renewal.done() => match renewed {
                    Ok(channel) => self.channel = channel,
                    Err(error) => tracing::debug!(%error, "no other channel to publish on"),
                },
                job = queue.recv() => {
                    let Some(job) = job else { break };
                    // The publisher has given up: it must not find it published after all.
                    if !job.reply.is_closed() {
                        on_their_way.push(self.write(job));
                    }
                }
            }
        }
        while let Some((slot, outcome)) = on_their_way.next().await {
            self.confirmed(slot, outcome);
        }
    }

    fn write(
        &mut self,
        mut job: Job,
    ) -> impl Future<Output = (usize, lapin::Result<Confirmation>)> + use<> {
        let channel = self.channel.clone();
        let target = job.target.clone();
        let properties = std::mem::take(&mut job.properties);
        let body = job.envelope.body().clone();
        let slot = self.sent.insert(Sent {
            job,
            returned: false,
        });
        async move {
            let options = BasicPublishOptions {
                mandatory: true,
                ..BasicPublishOptions::default()
            };
            let Target {
                exchange,
                routing_key,
            } = target;
            let written = channel.basic_publish(exchange, routing_key, options, &body, properties);
            let outcome = match written.await {
                Ok(confirm) => confirm.await,
                Err(error) => Err(error),
            };
            (slot, outcome)
        }
    }

    /// Answers a publish; false if the channel is gone.
    fn confirmed(&mut self, slot: usize, outcome: lapin::Result<Confirmation>) -> bool {
        let (answer, returned, lives) = match outcome {
            Ok(Confirmation::Ack(returned)) => (Ok(Routing::Routed), returned, true),
            Ok(Confirmation::Nack(returned)) => {
                self.renewal.begin(&self.up, &self.config);
                (Err(Fail::Nacked), returned, true)
            }
            Ok(Confirmation::NotRequested) => (Ok(Routing::Unknown), None, true),
            Err(error) => (Err(self.fail(slot, error)), None, false),
        };
        if let Some(returned) = returned {
            let found = self.sent.iter_mut().find(|(_, sent)| {
                !sent.returned && is_returned(&returned, &sent.job.target, &sent.job.envelope)
            });
            if let Some((_, sent)) = found {
                sent.returned = true;
            }
        }
        let sent = self.sent.remove(slot);
        let answer = match answer {
            Ok(Routing::Routed) if sent.returned => Ok(Routing::Unroutable),
            other => other,
        };
        // A publisher that has given up does not hear it.
        let _ = sent.job.reply.send(answer);
        lives
    }

    fn fail(&self, slot: usize, error: lapin::Error) -> Fail {
        let refused = |what, error| Fail::Refused(crate::error::broker(what, error));
        let exchange = self.sent[slot].job.target.exchange.as_str();
        match soft(&error) {
            Some((AMQPSoftError::ACCESSREFUSED, _)) => refused(
                "the user may not publish to the exchange; give it write permission".to_owned(),
                error,
            ),
            // The channel ends for all that was on its way; this one would end the next as well.
            // Exchanges of our own are declared with that.
            Some((AMQPSoftError::NOTFOUND, message))
                if exchange != self.config.exchange.name
                    && message.contains(&format!("'{exchange}'")) =>
            {
                refused(format!("there is no exchange `{exchange}`"), error)
            }
            _ => Fail::Lost,
        }
    }

    /// Opens another channel where the broker closed this one and the connection lives; false if
    /// that cannot be had.
    async fn reopen(&mut self) -> bool {
        if !self.up.connection().status().connected() {
            return false;
        }
        match open(&self.up, &self.config).await {
            Ok(channel) => {
                self.channel = channel;
                self.renewal = Renewal::new();
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the publishing channel cannot be opened again");
                // The next publish fails on the closed channel and tries again.
                self.up.connection().status().connected()
            }
        }
    }
}
