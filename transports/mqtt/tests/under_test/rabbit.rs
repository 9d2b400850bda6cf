//! RabbitMQ's MQTT plugin as a broker under test: stricter than mosquitto, and 3.1.1 alone.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::spawn_blocking;
use trunkline_conformance::{Broker, Denial, Fault, Isolation, NotOffered, Witness};
use trunkline_core::{Transport, TransportError};
use trunkline_mqtt::connect;
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::rabbitmq::{Node, Vhost};

use super::KEEP_ALIVE;
use super::witness::Paho;

/// A virtual host of one case, and the proxies of its clients by name.
pub(crate) struct RabbitUnderTest {
    vhost: Arc<Vhost>,
    proxies: Mutex<HashMap<String, Arc<Proxies>>>,
}

/// A client's way to the broker, and another that opens when the first is lost.
struct Proxies {
    first: Proxy,
    spare: Proxy,
}

impl RabbitUnderTest {
    pub(crate) async fn fresh() -> Arc<dyn Broker> {
        let vhost = spawn_blocking(|| Vhost::new(Node::with_mqtt())).await;
        Arc::new(Self {
            vhost: Arc::new(vhost.expect("a node starts")),
            proxies: Mutex::default(),
        })
    }

    fn port(&self) -> u16 {
        self.vhost.node().mqtt_port()
    }

    /// The user stands behind the virtual host, which MQTT has no word for.
    fn url(&self, password: &str, ports: &[u16], parameters: &str) -> String {
        let name = self.vhost.name();
        let places = ports.iter().map(|port| format!("127.0.0.1:{port}"));
        let places = places.collect::<Vec<_>>().join(",");
        format!(
            "mqtt://{name}%3A{name}:{password}@{places}?version=3.1.1&retain=false\
             &keep_alive={KEEP_ALIVE}&connect_timeout=5{parameters}"
        )
    }

    /// One node serves every virtual host, and throws out who comes twice.
    fn id(&self, client: &str) -> String {
        format!("{}-{client}", self.vhost.name())
    }

    /// Connects as somebody else of this client id, so that the broker throws the first one out.
    fn take_over(&self, id: &str) {
        let name = self.vhost.name();
        let mut command = Command::new("mosquitto_pub");
        command.args(["-V", "mqttv311", "-p", &self.port().to_string(), "-i", id]);
        command.args(["-u", &format!("{name}:{name}"), "-P", name]);
        let status = command.args(["-t", "elsewhere", "-n"]).status();
        let status = status.expect("tests/run installs mosquitto-clients");
        assert!(status.success());
    }

    fn proxies(&self, client: &str) -> Arc<Proxies> {
        let proxies = self.proxies.lock().expect("nobody panics with it");
        Arc::clone(proxies.get(client).expect("a client of this name"))
    }
}

#[async_trait]
impl Broker for RabbitUnderTest {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let proxies = Proxies {
            first: Proxy::to_port(self.port()).await,
            spare: Proxy::to_port(self.port()).await,
        };
        proxies.spare.set(Mode::Refuse).await;
        let id = match name {
            "" => String::new(),
            name => format!("&client_id={}", self.id(name)),
        };
        let ports = [proxies.first.port(), proxies.spare.port()];
        let transport = connect(&self.url(self.vhost.name(), &ports, &id)).await?;
        let mut known = self.proxies.lock().expect("nobody panics with it");
        known.insert(name.to_owned(), Arc::new(proxies));
        Ok(Arc::new(transport))
    }

    fn isolation(&self) -> Isolation {
        Isolation::Shared
    }

    fn notices_within(&self) -> Duration {
        Duration::from_secs(2 * KEEP_ALIVE)
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        match fault {
            Fault::Cut { client } => drop(self.proxies(client).first.cut()),
            Fault::Freeze { client } => self.proxies(client).first.set(Mode::Stall).await,
            Fault::Thaw { client } => self.proxies(client).first.set(Mode::Pass).await,
            Fault::LoseAddress { client } => {
                let proxies = self.proxies(client);
                proxies.spare.set(Mode::Pass).await;
                proxies.first.set(Mode::Refuse).await;
                proxies.first.cut();
            }
            Fault::Evict { client } => self.take_over(&format!("{}~live~1", self.id(client))),
            other => return Err(NotOffered(other.need())),
        }
        Ok(())
    }

    async fn denials(&self, secret: &str) -> Result<Vec<Denial>, NotOffered> {
        let outcome = connect(&self.url(secret, &[self.port()], "")).await;
        let outcome = outcome.map(|mqtt| Arc::new(mqtt) as Arc<dyn Transport>);
        let what = "wrong password";
        Ok(vec![Denial { what, outcome }])
    }

    async fn witness(&self) -> Result<Arc<dyn Witness>, NotOffered> {
        let name = self.vhost.name();
        let user = format!("{name}:{name}");
        Ok(Arc::new(Paho::start_as(&user, name, self.port(), true)))
    }
}
