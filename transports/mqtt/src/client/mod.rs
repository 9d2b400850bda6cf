//! One client of a broker.

mod subscribe;
mod transport;

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::runtime::Handle as Runtime;
use trunkline_core::{Capabilities, Redelivery, Routing, TransportError};

use crate::NAME;
use crate::board::Board;
use crate::config::{MqttConfig, PublishQos};
use crate::link::{Dialled, Link, LinkState, Plan, Welcome, closed, dial};
use crate::registry::Collector;
use crate::sessions::Sessions;
use crate::subscription::Member;
use crate::sync::Mutex;
use crate::wire::Message;
pub(crate) use subscribe::CloseUnlessKept;

/// A client of an MQTT broker. Clones share its connections, which end when the last of them is
/// dropped or one is closed.
#[derive(Clone)]
pub struct Mqtt(Arc<Handle>);

struct Handle(Arc<Client>);

/// A connection that publishes, and one for each subscription.
pub(crate) struct Client {
    config: Arc<MqttConfig>,
    capabilities: Capabilities,
    /// Names this client among publishers, to itself and others.
    name: String,
    runtime: Runtime,
    board: Arc<Board>,
    publisher: Link,
    collector: Arc<Collector>,
    fetching: tokio::sync::Mutex<()>,
    joining: tokio::sync::Mutex<()>,
    live: AtomicU64,
    members: Mutex<Vec<Weak<Member>>>,
    sessions: Sessions,
    /// What was said of members, to be said again after an outage.
    said: Mutex<HashMap<String, Bytes>>,
}

impl Mqtt {
    /// Connects to a broker.
    ///
    /// The first connection has to succeed; after that the client gets over outages by itself.
    ///
    /// # Errors
    /// [`TransportError::Unreachable`] when nothing answers, [`TransportError::Denied`] when the
    /// broker turns us away.
    pub async fn connect(config: MqttConfig) -> Result<Self, TransportError> {
        let random = || format!("trunkline-{:08x}", fastrand::u32(..));
        let name = config.client_id.clone().unwrap_or_else(random);
        let plan = Plan {
            client_id: name.clone(),
            clean_start: true,
            session_expiry: 0,
            receive_max: u16::MAX,
            will: None,
        };
        let config = Arc::new(config);
        let dialled = dial(&config, &plan).await?;
        let capabilities = offered(&config, &dialled.welcome)?;
        let board = Board::new();
        let collector = Collector::new(board.line());
        let inlet = Arc::clone(&collector);
        let publisher = Link::start(Arc::clone(&config), plan, dialled, inlet);
        let client = Client {
            config,
            capabilities,
            name,
            runtime: Runtime::current(),
            board,
            publisher,
            collector,
            fetching: tokio::sync::Mutex::new(()),
            joining: tokio::sync::Mutex::new(()),
            live: AtomicU64::new(1),
            members: Mutex::default(),
            sessions: Sessions::default(),
            said: Mutex::default(),
        };
        client.board.line().up();
        Ok(Self(Arc::new(Handle(Arc::new(client)))))
    }

    pub(crate) fn client(&self) -> &Arc<Client> {
        &self.0.0
    }
}

/// What can be done on a broker that says this of itself.
fn offered(config: &MqttConfig, welcome: &Welcome) -> Result<Capabilities, TransportError> {
    let wanted = match config.qos {
        PublishQos::Handshake => 2,
        _ => 1,
    };
    if welcome.max_qos < wanted {
        return Err(TransportError::Unsupported {
            transport: NAME,
            what: "QoS 1, or the `qos` of the URL,",
            hint: "the broker says that it has less",
        });
    }
    let mut can = config.capabilities();
    if !welcome.shared {
        can.groups = false;
        can.durable_subscription = false;
        can.redelivery = Redelivery::None;
        can.attempt_count = trunkline_core::AttemptCount::None;
    }
    if !welcome.retain {
        can.retain = false;
        can.dead_letter = false;
        can.groups = false;
    }
    if let Some(most) = welcome.max_packet {
        can.max_payload = can.max_payload.min(most as usize);
    }
    Ok(can)
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.begin_close();
    }
}

impl Client {
    pub(crate) fn config(&self) -> &Arc<MqttConfig> {
        &self.config
    }

    pub(crate) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    pub(crate) fn board(&self) -> &Arc<Board> {
        &self.board
    }

    pub(crate) fn publisher(&self) -> &Link {
        &self.publisher
    }

    pub(crate) fn collector(&self) -> &Collector {
        &self.collector
    }

    pub(crate) fn fetching(&self) -> &tokio::sync::Mutex<()> {
        &self.fetching
    }

    pub(crate) fn joining(&self) -> &tokio::sync::Mutex<()> {
        &self.joining
    }

    /// The addresses, for messages.
    pub(crate) fn endpoints(&self) -> String {
        let all = self.config.addresses.iter().map(ToString::to_string);
        all.collect::<Vec<_>>().join(", ")
    }

    /// Why the connection that publishes takes nothing any more.
    pub(crate) fn why_closed(&self) -> TransportError {
        match &*self.collector.fate.lock() {
            Some(fate) => TransportError::Broker {
                transport: NAME,
                what: fate.to_string(),
                source: None,
            },
            None => closed(),
        }
    }

    pub(crate) async fn send_patiently(
        &self,
        message: Message,
        qos: PublishQos,
    ) -> Result<Routing, TransportError> {
        let wait = std::time::Duration::from_secs(3600);
        self.send(message, qos, wait).await
    }

    /// Connects another link, waiting for the broker as a publish does.
    pub(crate) async fn dial(&self, plan: &Plan) -> Result<Dialled, TransportError> {
        let mut state = self.publisher.state();
        let there = state.wait_for(|state| !matches!(state, LinkState::Down { .. }));
        there.await.map_err(|_| closed())?;
        self.board.check_open()?;
        dial(&self.config, plan).await
    }

    fn begin_close(&self) -> Vec<Arc<Member>> {
        self.board.close();
        let members: Vec<_> = self
            .members
            .lock()
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        for member in &members {
            member.inbox().end(Ok(()));
            if let Ok(link) = member.link() {
                link.begin_close();
            }
        }
        self.publisher.begin_close();
        members
    }

    async fn close(&self) {
        let members = self.begin_close();
        join_all(members.iter().map(|member| member.close())).await;
        self.publisher.close().await;
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    pub(crate) fn note(&self, member: &Arc<Member>) {
        let mut members = self.members.lock();
        members.retain(|known| known.strong_count() > 0);
        members.push(Arc::downgrade(member));
    }

    pub(crate) async fn say_and_remember(
        &self,
        topic: String,
        payload: Bytes,
    ) -> Result<(), TransportError> {
        self.said.lock().insert(topic.clone(), payload.clone());
        self.say(topic, payload).await
    }

    /// Says again what was said under a topic, without waiting.
    pub(crate) fn say_again(self: &Arc<Self>, topic: String) {
        let said = self.said.lock().get(&topic).cloned();
        if let Some(payload) = said {
            let client = Arc::clone(self);
            self.runtime.spawn(async move {
                if let Err(error) = client.say(topic, payload).await {
                    tracing::debug!(%error, "the others do not know that a member is back");
                }
            });
        }
    }
}
