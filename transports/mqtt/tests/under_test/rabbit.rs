//! RabbitMQ's MQTT plugin as a broker under test: stricter than mosquitto, and 3.1.1 alone.

use std::collections::HashMap;
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
    proxies: Mutex<HashMap<String, Arc<Proxy>>>,
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
    fn url(&self, password: &str, port: u16, parameters: &str) -> String {
        let name = self.vhost.name();
        format!(
            "mqtt://{name}%3A{name}:{password}@127.0.0.1:{port}?version=3.1.1&retain=false\
             &keep_alive={KEEP_ALIVE}&connect_timeout=5{parameters}"
        )
    }

    fn proxy(&self, client: &str) -> Arc<Proxy> {
        let proxies = self.proxies.lock().expect("nobody panics with it");
        Arc::clone(proxies.get(client).expect("a client of this name"))
    }
}

#[async_trait]
impl Broker for RabbitUnderTest {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let proxy = Proxy::to_port(self.port()).await;
        let id = match name {
            "" => String::new(),
            // One node serves every virtual host, and throws out who comes twice.
            name => format!("&client_id={}-{name}", self.vhost.name()),
        };
        let url = self.url(self.vhost.name(), proxy.port(), &id);
        let transport = connect(&url).await?;
        let mut proxies = self.proxies.lock().expect("nobody panics with it");
        proxies.insert(name.to_owned(), Arc::new(proxy));
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
            Fault::Cut { client } => drop(self.proxy(client).cut()),
            Fault::Freeze { client } => self.proxy(client).set(Mode::Stall).await,
            Fault::Thaw { client } => self.proxy(client).set(Mode::Pass).await,
            other => return Err(NotOffered(other.need())),
        }
        Ok(())
    }

    async fn denials(&self, secret: &str) -> Result<Vec<Denial>, NotOffered> {
        let outcome = connect(&self.url(secret, self.port(), "")).await;
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
