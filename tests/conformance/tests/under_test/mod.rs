//! Memory as a broker under test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use trunkline_conformance::{Broker, Fault, Isolation, Leftovers, Need, NotOffered};
use trunkline_core::{HeaderLimits, Transport, TransportError};
use trunkline_memory::{Memory, MemoryBroker, MemoryConfig};

/// How long an outage lasts.
const OUTAGE: Duration = Duration::from_millis(20);

/// A broker in memory and the clients it gave out, by name.
pub(crate) struct MemoryUnderTest {
    broker: MemoryBroker,
    heartbeat: Duration,
    isolation: Isolation,
    /// Weak, so that dropping a client is dropping it.
    clients: Mutex<HashMap<String, Weak<Memory>>>,
}

impl MemoryUnderTest {
    /// A broker of its own for one case.
    pub(crate) fn fresh() -> Arc<dyn Broker> {
        Self::with(MemoryConfig::new(), Isolation::Own)
    }

    /// A broker of its own with limits that are soon reached.
    #[allow(dead_code, reason = "for tests of limits")]
    pub(crate) fn narrow() -> Arc<dyn Broker> {
        let headers = HeaderLimits::default()
            .with_headers(40)
            .with_bytes(2_000)
            .with_nesting(3)
            .with_name_bytes(40);
        let config = MemoryConfig::new()
            .with_max_payload(1_000)
            .with_header_limits(headers);
        Self::with(config, Isolation::Own)
    }

    /// A broker of its own whose links show often that they live, for real time.
    #[allow(dead_code, reason = "for tests in real time")]
    pub(crate) fn brisk() -> Arc<dyn Broker> {
        let config = MemoryConfig::new().with_heartbeat(Duration::from_millis(250));
        Self::with(config, Isolation::Own)
    }

    /// A broker for many cases beside each other.
    #[allow(dead_code, reason = "not every test has neighbours")]
    pub(crate) fn shared() -> Arc<dyn Broker> {
        Self::with(MemoryConfig::new(), Isolation::Shared)
    }

    fn with(config: MemoryConfig, isolation: Isolation) -> Arc<dyn Broker> {
        let heartbeat = config.heartbeat;
        let (broker, clients) = (MemoryBroker::with_config(config), Mutex::default());
        Arc::new(Self {
            broker,
            heartbeat,
            isolation,
            clients,
        })
    }

    fn named(&self, client: &str) -> Arc<Memory> {
        let found = self
            .clients
            .lock()
            .expect("no case panics with it")
            .get(client)
            .cloned();
        found
            .and_then(|client| client.upgrade())
            .unwrap_or_else(|| panic!("no client `{client}`"))
    }
}

#[async_trait]
impl Broker for MemoryUnderTest {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let client = Arc::new(self.broker.connect());
        let known = Arc::downgrade(&client);
        self.clients
            .lock()
            .expect("no case panics with it")
            .insert(name.to_owned(), known);
        Ok(client)
    }

    fn isolation(&self) -> Isolation {
        self.isolation
    }

    fn notices_within(&self) -> Duration {
        2 * self.heartbeat
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        match fault {
            // Memory gives no reasons: to its client an eviction is a link lost.
            Fault::Cut { client } | Fault::Evict { client } => {
                let client = self.named(client);
                self.broker.disconnect(&client);
                let broker = self.broker.clone();
                tokio::spawn(async move {
                    sleep(OUTAGE).await;
                    broker.reconnect(&client);
                });
            }
            Fault::Kill { client } => {
                let client = self.named(client);
                self.broker.disconnect(&client);
                // What is left of a killed client in this process must do nothing any more.
                client.close().await.expect("memory closes");
            }
            Fault::Freeze { client } => self.broker.freeze(&self.named(client)),
            Fault::Thaw { client } => self.broker.thaw(&self.named(client)),
            Fault::DropQueue { group } => drop(self.broker.delete_group(group)),
            Fault::Stop => self.broker.stop(),
            Fault::Start => self.broker.start(),
            Fault::Restart => {
                self.broker.stop();
                sleep(OUTAGE).await;
                self.broker.start();
            }
            Fault::LoseConfirm { .. } => self.broker.lose_confirms(1),
            Fault::Block => self.broker.block_publishers(true),
            Fault::Unblock => self.broker.block_publishers(false),
            other => return Err(NotOffered(other.need())),
        }
        Ok(())
    }

    async fn leftovers(&self, _: &str) -> Result<Leftovers, NotOffered> {
        if self.isolation == Isolation::Shared {
            // The broker counts, and does not tell whose it is.
            return Err(NotOffered(Need::Leftovers));
        }
        let held = self.broker.stats();
        let some = |what: &str, count| vec![what.to_owned(); count];
        Ok(Leftovers {
            connections: some("client", held.clients),
            subscriptions: some("member", held.members),
            queues: [some("group", held.groups), some("live", held.live)].concat(),
            unsettled: held.in_flight,
            delayed: held.delayed,
        })
    }
}
