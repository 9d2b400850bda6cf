//! RabbitMQ as a broker under test.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use trunkline_amqp::{Amqp, AmqpConfig};
use trunkline_conformance::{
    Broker, Denial, Fault, Isolation, Leftovers, NotOffered, Witness, cases,
};
use trunkline_core::{Transport, TransportError};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::links::ClientLinks;
use crate::witness::Kombu;

/// Seconds; the shortest that a busy machine keeps.
const HEARTBEAT: u16 = 3;

/// How the transport is set up.
#[derive(Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) parameters: &'static str,
    pub(crate) tls: bool,
}

impl Setup {
    pub(crate) fn new(parameters: &'static str) -> Self {
        Self {
            parameters,
            tls: false,
        }
    }

    pub(crate) fn with_tls(self) -> Self {
        Self { tls: true, ..self }
    }

    pub(crate) fn is_quorum(self) -> bool {
        self.parameters.contains("queue=quorum")
    }
}

/// A virtual host of one case, and the clients in it.
pub(crate) struct RabbitUnderTest {
    pub(crate) vhost: Arc<Vhost>,
    pub(crate) setup: Setup,
    pub(crate) links: Mutex<HashMap<String, Arc<ClientLinks>>>,
}

/// A virtual host of its own for the test that runs now: on a node of its own, too, if the case
/// stops or blocks the broker.
pub(crate) async fn fresh(setup: Setup) -> Arc<dyn Broker> {
    let alone = is_alone();
    let vhost = spawn_blocking(move || {
        let node = if alone { Node::alone() } else { Node::shared() };
        Vhost::new(node)
    });
    Arc::new(RabbitUnderTest {
        vhost: Arc::new(vhost.await.unwrap()),
        setup,
        links: Mutex::default(),
    })
}

/// Whether the case that runs must be alone on its broker, by the name of the test.
fn is_alone() -> bool {
    let thread = std::thread::current();
    let named = thread.name().filter(|name| name.contains("::"));
    // With one thread there is no name; a runner that starts each test by itself says it.
    let said = std::env::args().find(|argument| argument.contains("::"));
    let Some(name) = named.map(str::to_owned).or(said) else {
        return true;
    };
    let promise = name.rsplit("::").next().unwrap_or_default();
    cases()
        .iter()
        .any(|case| case.name == promise && case.alone)
}

impl RabbitUnderTest {
    /// The configuration of a client at these ports.
    pub(crate) fn config(&self, credentials: &str, vhost: &str, ports: &[u16]) -> AmqpConfig {
        let host = if self.setup.tls {
            "localhost"
        } else {
            "127.0.0.1"
        };
        let hosts: Vec<_> = ports.iter().map(|port| format!("{host}:{port}")).collect();
        let scheme = if self.setup.tls { "amqps" } else { "amqp" };
        let authority = self.vhost.node().authority();
        let trust = match self.setup.tls {
            true => format!("&cacert={}", authority.display()),
            false => String::new(),
        };
        let url = format!(
            "{scheme}://{credentials}@{}/{vhost}?{}&heartbeat={HEARTBEAT}&connect_timeout=3{trust}",
            hosts.join(","),
            self.setup.parameters
        );
        AmqpConfig::parse(&url).unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        if self.setup.tls {
            self.vhost.node().tls_port()
        } else {
            self.vhost.node().port()
        }
    }

    pub(crate) async fn links_of(&self, client: &str) -> Arc<ClientLinks> {
        let links = self.links.lock().await;
        let found = links.get(client).cloned();
        found.unwrap_or_else(|| panic!("no client `{client}`"))
    }

    /// Asks the node something that blocks the thread.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Vhost) -> T + Send + 'static,
    ) -> T {
        let vhost = Arc::clone(&self.vhost);
        spawn_blocking(move || question(&vhost)).await.unwrap()
    }
}

#[async_trait]
impl Broker for RabbitUnderTest {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let mut links = ClientLinks::to(self.port()).await;
        let ports = [links.proxies[0].port(), links.proxies[1].port()];
        let vhost = self.vhost.name();
        let config = self.config(&format!("{vhost}:{vhost}"), vhost, &ports);
        let client = Arc::new(Amqp::connect(config.with_name(name)).await?);
        links.client = Arc::downgrade(&client);
        self.links
            .lock()
            .await
            .insert(name.to_owned(), Arc::new(links));
        Ok(client)
    }

    fn isolation(&self) -> Isolation {
        Isolation::Own
    }

    fn patience(&self) -> Duration {
        // A durable queue confirms what is on the disk, and a busy machine's is slow.
        Duration::from_secs(60)
    }

    fn notices_within(&self) -> Duration {
        // Two heartbeats, and what a timer of half of one may be late.
        Duration::from_secs(u64::from(HEARTBEAT) * 5 / 2)
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        crate::faults::inflict(self, fault).await
    }

    async fn leftovers(&self, prefix: &str) -> Result<Leftovers, NotOffered> {
        let prefix = prefix.to_owned();
        let left = self.ask(move |vhost| {
            let ours = |name: &String| name.starts_with(&prefix);
            let queues = vhost.queues();
            let waiting = queues.iter().filter(|name| name.contains(".delay."));
            Leftovers {
                connections: vhost.connections().into_iter().filter(ours).collect(),
                delayed: waiting.filter_map(|queue| vhost.messages(queue)).sum(),
                queues: queues.into_iter().filter(ours).collect(),
                ..Leftovers::default()
            }
        });
        Ok(left.await)
    }

    async fn denials(&self, secret: &str) -> Result<Vec<Denial>, NotOffered> {
        let port = self.port();
        let vhost = self.vhost.name().to_owned();
        let known = vhost.clone();
        let password = secret.to_owned();
        self.ask(move |vhost| {
            vhost.node().eval(&format!(
                "rabbit_auth_backend_internal:change_password(<<\"{known}\">>, \
                     <<\"{password}\">>, <<\"test\">>)"
            ))
        })
        .await;
        let tls = Self {
            vhost: Arc::clone(&self.vhost),
            setup: self.setup.with_tls(),
            links: Mutex::default(),
        };
        let tls_port = self.vhost.node().tls_port();
        let mut stranger = tls.config(&format!("{vhost}:{secret}"), &vhost, &[tls_port]);
        stranger.authority = None;
        let attempts = [
            (
                "wrong password",
                self.config(&format!("{vhost}:{secret}x"), &vhost, &[port]),
            ),
            (
                "wrong virtual host",
                self.config(&format!("{vhost}:{secret}"), "none", &[port]),
            ),
            ("unknown certificate", stranger),
        ];
        let mut denials = Vec::new();
        for (what, config) in attempts {
            let outcome = Amqp::connect(config).await;
            let outcome = outcome.map(|client| Arc::new(client) as Arc<dyn Transport>);
            denials.push(Denial { what, outcome });
        }
        Ok(denials)
    }

    async fn witness(&self) -> Result<Arc<dyn Witness>, NotOffered> {
        let headers = self.setup.parameters.contains("headers");
        let url = self.vhost.url();
        let witness = spawn_blocking(move || Kombu::new(&url, "events", headers));
        Ok(Arc::new(witness.await.unwrap()))
    }
}
