//! The client as the transport users hold.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::watch;
use trunkline_core::{
    Capabilities, DeadLetters, DelayId, Envelope, Health, PublishOptions, Receipt,
    SubscribeOptions, Subscription, Transport, TransportError,
};

use super::consuming::Consuming;
use super::health::LinkHealth;
use super::{Client, Way};
use crate::NAME;
use crate::config::{AmqpConfig, QueueType};
use crate::dead::GroupDeadLetters;
use crate::error::closed;
use crate::link::{Duty, keep};
use crate::publish::Publisher;
use crate::topology::Delays;

/// A client of RabbitMQ. Clones share the connections, which end when the last of them is dropped
/// or one is closed.
#[derive(Clone)]
pub struct Amqp(Arc<Handle>);

struct Handle(Arc<Client>);

impl Amqp {
    /// Begins to connect; returns when the first attempt has succeeded or failed.
    ///
    /// A broker that is not there is no error: the transport goes on trying, and what needs the
    /// link waits for it. Where the broker *refuses* us, that is told.
    ///
    /// # Errors
    /// [`TransportError::Denied`] for wrong credentials, a wrong virtual host, a certificate that is
    /// not trusted; [`TransportError::Broker`] for exchanges that cannot be had.
    pub async fn connect(config: AmqpConfig) -> Result<Self, TransportError> {
        let config = Arc::new(config);
        let health = Arc::new(LinkHealth::new());
        let (told, closing) = (Arc::clone(&health), watch::channel(false).0);
        let publisher = Publisher::new(Arc::clone(&config), move |state| told.tell(0, state));
        let client = Arc::new(Client {
            capabilities: config.capabilities(),
            publisher: Arc::new(publisher),
            consume: watch::channel(Way::Down).0,
            members: Mutex::default(),
            delays: Delays::new(config.queue == QueueType::Quorum),
            closing,
            closed: watch::channel(false).0,
            health,
            config,
        });
        let handle = Self(Arc::new(Handle(Arc::clone(&client))));
        tokio::spawn(run(Arc::clone(&client)));
        let mut first = client.health.first.subscribe();
        let outcome = match first.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(Err(error))) => Err(Arc::clone(error)),
            _ => Ok(()),
        };
        drop(first);
        let Err(error) = outcome else {
            return Ok(handle);
        };
        client.close().await;
        client.health.first.send_replace(None);
        Err(Arc::try_unwrap(error).unwrap_or_else(|_| closed()))
    }

    fn client(&self) -> &Arc<Client> {
        &self.0.0
    }
}

/// Keeps both links until the client closes.
async fn run(client: Arc<Client>) {
    let config = Arc::clone(&client.config);
    let first = Arc::clone(&client.health);
    let told = move |outcome| first.tried(outcome);
    let publishing = keep(
        Arc::clone(&config),
        Arc::clone(&client.publisher) as Arc<dyn Duty>,
        client.closing.subscribe(),
        &told,
    );
    let consuming = keep(
        config,
        Arc::new(Consuming(Arc::clone(&client))),
        client.closing.subscribe(),
        &told,
    );
    // What was consumed is settled before the way out is closed: a retry goes by it.
    let health = Arc::clone(&client.health);
    tokio::join!(publishing, consuming);
    health.told.send_replace(Health::Closed);
    client.closed.send_replace(true);
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.closing.send_replace(true);
    }
}

#[async_trait]
impl Transport for Amqp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.client().capabilities
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.client().publish(envelope, options).await
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        self.client().subscribe(options).await
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        self.client().remove_group(group).await
    }

    async fn cancel_delayed(&self, _: &DelayId) -> Result<bool, TransportError> {
        if self.client().is_closing() {
            return Err(closed());
        }
        Err(TransportError::Unsupported {
            transport: NAME,
            what: "withdrawing a delayed event",
            hint: "let its handler ask whether it is still wanted",
        })
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        let client = Arc::clone(self.client());
        if client.is_closing() {
            return Err(closed());
        }
        let group = group.to_owned();
        Ok(Arc::new(GroupDeadLetters { client, group }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.client().health.told.subscribe()
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.client().close().await;
        Ok(())
    }
}

impl fmt::Debug for Amqp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amqp")
            .field("name", &self.client().config.name)
            .field("health", &*self.client().health.told.borrow())
            .finish_non_exhaustive()
    }
}
