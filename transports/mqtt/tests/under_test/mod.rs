//! mosquitto as a broker under test, each client behind a proxy of its own.
#![allow(dead_code, reason = "not every test makes everything fail")]

mod rabbit;
mod witness;

use std::collections::HashMap;
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Weak};
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Runtime;
use tokio::time::sleep;
use trunkline_conformance::{
    Broker, Denial, Fault, Isolation, Leftovers, Need, NotOffered, Witness,
};
use trunkline_core::{Transport, TransportError};
use trunkline_mqtt::{Mqtt, connect};
use trunkline_suite::mosquitto::{Mosquitto, Setup};
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::tls::Authority;

pub(crate) use rabbit::RabbitUnderTest;
use witness::Paho;

/// Seconds between signs of life.
const KEEP_ALIVE: u64 = 3;

/// How clients connect.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kind {
    pub(crate) tls: bool,
    /// More parameters of the URL.
    pub(crate) parameters: &'static str,
    /// Whether the witness speaks MQTT 3.1.1.
    pub(crate) old: bool,
    /// Whether a restart loses what no transport can make good: mosquitto 2.0.11 then forgets its
    /// shared subscriptions, and MQTT 3.1.1 tells nobody.
    pub(crate) forgets: bool,
}

/// Where proxies run: a case counts the tasks on its own runtime.
static ELSEWHERE: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

async fn proxy(port: u16) -> Proxy {
    let made = ELSEWHERE.spawn(Proxy::to_port(port)).await;
    made.expect("a proxy starts")
}

struct Client {
    transport: Weak<Mqtt>,
    proxy: Proxy,
    /// Stands in when the first address is lost.
    spare: Proxy,
}

/// A mosquitto and the clients it gave out, by name.
pub(crate) struct MosquittoUnderTest {
    kind: Kind,
    broker: Mutex<Mosquitto>,
    authority: Option<Authority>,
    clients: Mutex<HashMap<String, Arc<Client>>>,
}

impl MosquittoUnderTest {
    pub(crate) fn fresh(kind: Kind) -> Arc<dyn Broker> {
        let authority = kind.tls.then(|| Authority::new("a test of Trunkline"));
        let setup = match &authority {
            Some(authority) => {
                let pair = authority.server(&["localhost", "127.0.0.1"]);
                Setup::new().tls(&pair, &authority.certificate())
            }
            None => Setup::new(),
        };
        Arc::new(Self {
            kind,
            broker: Mutex::new(setup.start()),
            authority,
            clients: Mutex::default(),
        })
    }

    fn broker(&self) -> MutexGuard<'_, Mosquitto> {
        self.broker.lock().expect("nobody panics with it")
    }

    fn port(&self) -> u16 {
        match self.kind.tls {
            true => self.broker().tls_port(),
            false => self.broker().port(),
        }
    }

    fn url(&self, name: &str, first: u16, second: u16) -> String {
        let scheme = if self.kind.tls { "mqtts" } else { "mqtt" };
        let ca = self.authority.as_ref().map(Authority::certificate);
        let ca = ca.map_or(String::new(), |path| format!("&ca={}", path.display()));
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("&client_id={name}")
        };
        format!(
            "{scheme}://127.0.0.1:{first},127.0.0.1:{second}?keep_alive={KEEP_ALIVE}\
             &connect_timeout=5&session_expiry=600{name}{ca}{}",
            self.kind.parameters
        )
    }

    fn named(&self, name: &str) -> Arc<Client> {
        let clients = self.clients.lock().expect("nobody panics with it");
        let found = clients.get(name).map(Arc::clone);
        found.unwrap_or_else(|| panic!("no client `{name}`"))
    }

    /// Connects as somebody else of this client id, so that the broker throws the first one out.
    fn take_over(&self, id: &str) {
        let version = if self.kind.old { "mqttv311" } else { "mqttv5" };
        let mut command = Command::new("mosquitto_pub");
        command.args(["-V", version, "-p", &self.broker().port().to_string()]);
        let status = command.args(["-i", id, "-t", "elsewhere", "-n"]).status();
        assert!(
            status
                .expect("tests/run installs mosquitto-clients")
                .success()
        );
    }

    /// Has the broker keep a message.
    fn keep(&self, topic: &str, text: &str) {
        let mut command = Command::new("mosquitto_pub");
        command.args(["-p", &self.broker().port().to_string(), "-q", "1", "-r"]);
        let status = command.args(["-t", topic, "-m", text]).status();
        assert!(
            status
                .expect("tests/run installs mosquitto-clients")
                .success()
        );
    }
}

#[async_trait]
impl Broker for MosquittoUnderTest {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let port = self.port();
        let (proxy, spare) = (proxy(port).await, proxy(port).await);
        spare.set(Mode::Refuse).await;
        let transport = connect(&self.url(name, proxy.port(), spare.port())).await?;
        let transport = Arc::new(transport);
        let client = Client {
            transport: Arc::downgrade(&transport),
            proxy,
            spare,
        };
        let mut clients = self.clients.lock().expect("nobody panics with it");
        clients.insert(name.to_owned(), Arc::new(client));
        Ok(transport)
    }

    fn isolation(&self) -> Isolation {
        Isolation::Own
    }

    fn notices_within(&self) -> Duration {
        Duration::from_secs(2 * KEEP_ALIVE)
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        match fault {
            Fault::Stop => self.broker().stop(),
            Fault::Start => self.broker().start(),
            Fault::Restart if self.kind.forgets => return Err(NotOffered(Need::Restart)),
            Fault::Restart => self.broker().restart(),
            Fault::Cut { client } => {
                self.named(client).proxy.cut();
            }
            Fault::Freeze { client } => self.named(client).proxy.set(Mode::Stall).await,
            Fault::Thaw { client } => self.named(client).proxy.set(Mode::Pass).await,
            Fault::Kill { client } => {
                let client = self.named(client);
                client.proxy.set(Mode::Refuse).await;
                client.proxy.cut();
                if let Some(transport) = client.transport.upgrade() {
                    // What is left of it in this process must do nothing any more.
                    transport.close().await.expect("it closes");
                }
            }
            Fault::LoseConfirm { client } => {
                let client = self.named(client);
                client.proxy.set(Mode::Mute).await;
                ELSEWHERE.spawn(async move {
                    // The next publish has long been stored when the link goes.
                    sleep(Duration::from_millis(500)).await;
                    client.proxy.cut();
                    client.proxy.set(Mode::Pass).await;
                });
            }
            Fault::LoseAddress { client } => {
                let client = self.named(client);
                client.spare.set(Mode::Pass).await;
                client.proxy.set(Mode::Refuse).await;
                client.proxy.cut();
            }
            Fault::Evict { client } => self.take_over(&format!("{client}~live~1")),
            Fault::DropQueue { group } => {
                let clients = self.clients.lock().expect("nobody panics with it");
                for name in clients.keys() {
                    self.take_over(&format!("{name}~{group}"));
                }
            }
            Fault::ForeignQueue { group } => {
                let topic = format!("/trunkline/group/{group}/bindings");
                self.keep(&topic, "something of another make");
            }
            other => return Err(NotOffered(other.need())),
        }
        Ok(())
    }

    async fn leftovers(&self, _: &str) -> Result<Leftovers, NotOffered> {
        Err(NotOffered(Need::Leftovers))
    }

    async fn denials(&self, secret: &str) -> Result<Vec<Denial>, NotOffered> {
        let guarded = Setup::new().user("me", "another").start();
        let version = if self.kind.old { "?version=3.1.1" } else { "" };
        let mut denials = Vec::new();
        let mut denied = |what, outcome: Result<Mqtt, TransportError>| {
            let outcome = outcome.map(|mqtt| Arc::new(mqtt) as Arc<dyn Transport>);
            denials.push(Denial { what, outcome });
        };
        let at = guarded.port();
        let url = format!("mqtt://me:{secret}@127.0.0.1:{at}{version}");
        denied("wrong password", connect(&url).await);
        let url = format!("mqtt://{secret}@127.0.0.1:{at}{version}");
        denied("no such user", connect(&url).await);
        let authority = Authority::new("one that nobody trusts");
        let pair = authority.server(&["localhost", "127.0.0.1"]);
        let tls = Setup::new().tls(&pair, &authority.certificate()).start();
        let url = format!("mqtts://me:{secret}@127.0.0.1:{}", tls.tls_port());
        let other = Authority::new("another one");
        let url = format!("{url}?ca={}", other.certificate().display());
        denied("unknown authority", connect(&url).await);
        let expired = authority.expired_server(&["localhost", "127.0.0.1"]);
        let tls = Setup::new().tls(&expired, &authority.certificate()).start();
        let ca = authority.certificate();
        let url = format!(
            "mqtts://me:{secret}@127.0.0.1:{}?ca={}",
            tls.tls_port(),
            ca.display()
        );
        denied("expired certificate", connect(&url).await);
        Ok(denials)
    }

    async fn witness(&self) -> Result<Arc<dyn Witness>, NotOffered> {
        Ok(Arc::new(Paho::start(self.broker().port(), self.kind.old)))
    }
}
