//! Who writes to the channel, and hears the confirms.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::protocol::AMQPSoftError;
use lapin::{BasicProperties, Channel, Confirmation};
use slab::Slab;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::interval;
use trunkline_core::{Envelope, Routing, TransportError};

use super::Target;
use super::returned::is_returned;
use crate::NAME;
use crate::config::AmqpConfig;
use crate::error::soft;
use crate::link::Up;
use crate::topology;

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
    /// The broker will not have it.
    Refused(TransportError),
}

/// An event that was written and is not confirmed.
struct Sent {
    job: Job,
    returned: bool,
}

/// How often a channel is looked at on which nothing is confirmed; the second time in a row it is given
/// up.
const LOOK: Duration = Duration::from_secs(5);

/// Writes what is published, one task for a channel.
///
/// One task, because lapin hands the message that the broker returned to whichever confirm comes
/// next, which need not be its own: they are told apart here, where all are known.
pub(super) struct Writer {
    up: Arc<Up>,
    channel: Channel,
    config: Arc<AmqpConfig>,
    sent: Slab<Sent>,
    /// Whether nothing was confirmed since the last look, though something is to be.
    silent: bool,
}

impl Writer {
    pub(super) fn new(up: Arc<Up>, channel: Channel, config: Arc<AmqpConfig>) -> Self {
        Self {
            up,
            channel,
            config,
            sent: Slab::new(),
            silent: false,
        }
    }

    /// Writes until there is nobody left to publish and nothing to confirm.
    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Job>) {
        let mut on_their_way = FuturesUnordered::new();
        let mut looks = interval(LOOK);
        loop {
            tokio::select! {
                biased;
                Some((slot, outcome)) = on_their_way.next() => {
                    if !self.confirmed(slot, outcome) && self.sent.is_empty() && !self.reopen().await {
                        return;
                    }
                }
                job = queue.recv() => {
                    let Some(job) = job else { break };
                    // The publisher has given up: it must not find it published after all.
                    if !job.reply.is_closed() {
                        on_their_way.push(self.write(job));
                    }
                }
                _ = looks.tick() => self.look(),
            }
        }
        while let Some((slot, outcome)) = on_their_way.next().await {
            self.confirmed(slot, outcome);
        }
    }

    /// Gives a channel up on which nothing is confirmed any more while the broker takes publishes: what
    /// is on its way is sent again on the next. A channel of RabbitMQ's that has sent to the leader of
    /// a quorum queue when it died may wait for it for ever.
    fn look(&mut self) {
        let waits = !self.sent.is_empty() && !self.up.connection().status().blocked();
        if waits && self.silent {
            tracing::warn!("nothing was confirmed for a while: publishing on another channel");
            let channel = self.channel.clone();
            tokio::spawn(async move { channel.close(320, "no confirms".into()).await });
        }
        self.silent = waits;
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
        self.silent = false;
        let (answer, returned, lives) = match outcome {
            Ok(Confirmation::Ack(returned)) => (Ok(Routing::Routed), returned, true),
            Ok(Confirmation::Nack(returned)) => (Err(full()), returned, true),
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
        let opened = async {
            let channel = topology::channel(&self.up).await?;
            topology::declare_exchanges(&channel, &self.config).await?;
            let confirms = channel
                .confirm_select(ConfirmSelectOptions::default())
                .await;
            confirms
                .map_err(|error| crate::error::broker("the broker gives no confirms", error))?;
            Ok::<_, TransportError>(channel)
        };
        match opened.await {
            Ok(channel) => {
                self.channel = channel;
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

fn full() -> Fail {
    Fail::Refused(TransportError::Broker {
        transport: NAME,
        what: "the broker did not take the event: a queue is full, or cannot store it".into(),
        source: None,
    })
}
