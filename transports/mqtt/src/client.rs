//! One client of a broker.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::join_all;
use tokio::runtime::Handle as Runtime;
use tokio::sync::watch;
use trunkline_core::{
    Capabilities, DeadLetters, DelayId, Envelope, Health, Overflow, PublishOptions, Receipt,
    Redelivery, Routing, SubscribeOptions, Subscription, SubscriptionKind, Transport,
    TransportError,
};

use crate::NAME;
use crate::board::Board;
use crate::config::{MqttConfig, PublishQos};
use crate::dead::GroupDeadLetters;
use crate::link::{Dialled, Link, LinkState, Plan, Welcome, closed, dial};
use crate::registry::Collector;
use crate::sessions::Sessions;
use crate::subscription::{Member, MemberSource, Memory, Rules, Ways};
use crate::sync::Mutex;
use crate::wire::Message;

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
        let topic = message.topic.clone();
        self.send(
            message,
            qos,
            &topic,
            std::time::Duration::from_secs(3600),
            false,
        )
        .await
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

    fn check(&self, options: &SubscribeOptions) -> Result<(), TransportError> {
        self.board.check_open()?;
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        let refuse = |what, hint| {
            Err(TransportError::Unsupported {
                transport: NAME,
                what,
                hint,
            })
        };
        let bounded = |overflow| matches!(overflow, Some(Overflow::Wait | Overflow::Refuse));
        match &options.kind {
            SubscriptionKind::Exclusive { .. } => refuse(
                "an exclusive group",
                "run one instance, or use a transport that has them",
            ),
            SubscriptionKind::Group { .. } if !self.capabilities.groups => refuse(
                "a group",
                "it needs `client_id=NAME` in the URL, each instance's own and the same at every \
                 start, or `clean=true`; with MQTT 3.1.1 also `shared=true`; and a broker with \
                 shared subscriptions and retained messages",
            ),
            SubscriptionKind::Group { .. } if options.overflow.is_some() => refuse(
                "an overflow rule for a group",
                "the broker's own limits hold; take the default",
            ),
            SubscriptionKind::Group { .. } if options.no_local => refuse(
                "`no_local` in a group",
                "leave own events out in the handler",
            ),
            _ if bounded(options.overflow) => refuse(
                "holding publishers back",
                "the broker's own limits hold; take the default overflow",
            ),
            _ => Ok(()),
        }
    }

    async fn subscribe(
        self: &Arc<Self>,
        options: SubscribeOptions,
    ) -> Result<Subscription, TransportError> {
        self.check(&options)?;
        let ways = Ways {
            prefetch: usize::from(options.prefetch.get()),
            max_unread: options.max_unread,
            redelivers: self.capabilities.redelivery != Redelivery::None,
        };
        let member = match options.kind.group() {
            Some(group) => self.join(group, &options, ways).await?,
            None => self.listen(&options, ways).await?,
        };
        if self.board.check_open().is_err() {
            member.close().await;
            return Err(closed());
        }
        let source = MemberSource::new(Arc::clone(&member));
        Ok(Subscription::new(source, member))
    }

    /// Begins a live subscription: its own copy of everything, on a connection that leaves nothing.
    async fn listen(
        self: &Arc<Self>,
        options: &SubscribeOptions,
        ways: Ways,
    ) -> Result<Arc<Member>, TransportError> {
        let number = self.live.fetch_add(1, Ordering::Relaxed);
        let plan = Plan {
            client_id: format!("{}~live~{number}", self.name),
            clean_start: true,
            session_expiry: 0,
            receive_max: u16::MAX,
            will: None,
        };
        let rules = Rules {
            no_local: options.no_local,
            keep_dead_letters: options.keep_dead_letters,
            group: None,
        };
        let member = Member::new(
            Arc::clone(self),
            rules,
            &options.bindings,
            ways,
            Memory::new(),
        );
        let dialled = self.dial(&plan).await?;
        let inlet: Arc<Member> = Arc::clone(&member);
        let link = Link::start(Arc::clone(&self.config), plan, dialled, inlet);
        self.note(&member);
        member.set_link(link);
        // Dropped while it waits, this future must leave nothing behind.
        let unless_kept = CloseUnlessKept(Some(Arc::clone(&member)));
        let filters = member.filters(&options.bindings).into_iter().collect();
        member.link()?.subscribe(filters).await?;
        Ok(unless_kept.keep())
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

/// Ends a member whose subscribing was not finished.
pub(crate) struct CloseUnlessKept(pub(crate) Option<Arc<Member>>);

impl CloseUnlessKept {
    pub(crate) fn keep(mut self) -> Arc<Member> {
        self.0.take().expect("taken once, here")
    }
}

impl Drop for CloseUnlessKept {
    fn drop(&mut self) {
        if let Some(member) = self.0.take() {
            member.leave();
        }
    }
}

#[async_trait]
impl Transport for Mqtt {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        self.client().capabilities()
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
        self.client().board().check_open()?;
        if !self.capabilities().groups {
            return Err(TransportError::Unsupported {
                transport: NAME,
                what: "a group",
                hint: "see its capabilities",
            });
        }
        self.client().remove(group).await
    }

    async fn cancel_delayed(&self, _: &DelayId) -> Result<bool, TransportError> {
        self.client().board().check_open()?;
        Err(TransportError::Unsupported {
            transport: NAME,
            what: "a delayed delivery",
            hint: "publish when it is due",
        })
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        self.client().board().check_open()?;
        if !self.capabilities().dead_letter {
            return Err(TransportError::Unsupported {
                transport: NAME,
                what: "a place for dead letters",
                hint: "the broker says that it keeps no messages",
            });
        }
        Ok(Arc::new(GroupDeadLetters {
            client: Arc::clone(self.client()),
            group: group.to_owned(),
        }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.client().board().health()
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.client().close().await;
        Ok(())
    }
}

impl fmt::Debug for Mqtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mqtt")
            .field("name", &self.client().name)
            .field("health", &*self.client().board.health().borrow())
            .finish_non_exhaustive()
    }
}
