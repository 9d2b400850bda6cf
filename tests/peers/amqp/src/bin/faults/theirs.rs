//! RustStream's AMQP client behind our contract, each call as its documents show.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use futures_util::StreamExt;
use ruststream::{
    Broker, ConnectedBroker, HeaderMap, IncomingMessage, OutgoingMessage, Publisher, Subscriber,
};
use ruststream_lapin::{
    ConfirmsPublisher, ConnectedLapinBroker, Delay, LapinBroker, LapinMessage, LapinPublish,
    LapinPublisher, RabbitExchange, RabbitQueue,
};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use trunkline_core::{
    AttemptCount, Binding, Capabilities, DeadLetters, DelayId, Delivery, Envelope, EventId,
    HeaderSupport, Health, Incoming, PatternShape, PublishOptions, Receipt, Redelivery, Routing,
    RoutingKey, SettleError, SettleFuture, Settlement, Settler, Source, SubscribeOptions,
    Subscription, SubscriptionControl, Ticket, Transport, TransportError, UnroutableDetection,
};

const NAME: &str = "ruststream-lapin";

/// The exchange the cases run on.
const EXCHANGE: &str = "events";

/// How their client is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// As it comes: no recovery, publishes that wait for no confirm.
    Default,
    /// At its safest: recovery, confirms.
    Safest,
}

enum Out {
    Fire(LapinPublisher),
    Sure(ConfirmsPublisher),
}

/// Their connection as one of our transports.
pub struct Theirs {
    broker: Mutex<Option<Arc<ConnectedLapinBroker>>>,
    out: Out,
    capabilities: Capabilities,
    health: watch::Sender<Health>,
    looking: JoinHandle<()>,
}

fn broken(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> TransportError {
    TransportError::Broker {
        transport: NAME,
        what: what.into(),
        source: Some(Box::new(error)),
    }
}

fn closed() -> TransportError {
    TransportError::Closed { transport: NAME }
}

fn unsupported(what: &'static str) -> TransportError {
    TransportError::Unsupported {
        transport: NAME,
        what,
        hint: "their client has no such thing",
    }
}

/// What our promises ask of a transport on RabbitMQ; theirs is held to the same.
fn capabilities() -> Capabilities {
    let mut claimed = Capabilities::none();
    claimed.durable_subscription = true;
    claimed.groups = true;
    claimed.broadcast = true;
    claimed.redelivery = Redelivery::Immediate;
    claimed.attempt_count = AttemptCount::Flag;
    claimed.headers = HeaderSupport::Text;
    claimed.pattern = PatternShape::MultiAnywhere;
    claimed.publish_confirm = true;
    claimed.unroutable = UnroutableDetection::Always;
    claimed
}

impl Theirs {
    pub async fn connect(url: &str, name: &str, setup: Setup) -> Result<Self, TransportError> {
        let broker = LapinBroker::new(url)
            .connection_name(name)
            .declare_topology(true)
            .auto_recover(setup == Setup::Safest);
        let connected = broker.connect().await;
        let connected = connected.map_err(|source| TransportError::Unreachable {
            transport: NAME,
            endpoint: "the broker".into(),
            source: Box::new(source),
        })?;
        let policy = LapinPublish::default().exchange(EXCHANGE);
        let out = match setup {
            Setup::Default => Out::Fire(connected.publisher(policy)),
            Setup::Safest => Out::Sure(connected.publisher(policy.confirms())),
        };
        let connected = Arc::new(connected);
        let health = watch::channel(Health::Running).0;
        // They tell whether there is a connection to whoever asks.
        let looking = tokio::spawn({
            let (connected, health) = (Arc::downgrade(&connected), health.clone());
            async move {
                while let Some(connected) = connected.upgrade() {
                    let up = connected.is_connected();
                    drop(connected);
                    health.send_if_modified(|health| {
                        let changed = health.is_running() != up;
                        if changed {
                            *health = match up {
                                true => Health::Running,
                                false => Health::Degraded {
                                    since: SystemTime::now(),
                                    reason: "not connected".into(),
                                },
                            };
                        }
                        changed
                    });
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        });
        Ok(Self {
            broker: Mutex::new(Some(connected)),
            out,
            capabilities: capabilities(),
            health,
            looking,
        })
    }

    fn connected(&self) -> Result<Arc<ConnectedLapinBroker>, TransportError> {
        let broker = self.broker.lock().expect("no panic under this lock");
        broker.clone().ok_or_else(closed)
    }
}

#[async_trait]
impl Transport for Theirs {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.connected()?;
        let mut headers = HeaderMap::new();
        if let Some(id) = envelope.id() {
            headers.insert("message-id", id.to_string());
        }
        let message = OutgoingMessage::new(envelope.routing_key().as_str(), envelope.body());
        let message = message.with_headers(headers);
        let published = async {
            match &self.out {
                Out::Fire(out) => out.publish(message, None).await,
                Out::Sure(out) => out.publish(message, None).await,
            }
        };
        match tokio::time::timeout(options.timeout, published).await {
            Ok(Ok(())) => Ok(Receipt::new(Routing::Routed)),
            Ok(Err(error)) => Err(broken("a publish failed", error)),
            Err(_) => Err(TransportError::ConfirmTimeout {
                transport: NAME,
                routing_key: envelope.routing_key().as_str().into(),
                waited: options.timeout,
            }),
        }
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        let connected = self.connected()?;
        let queue = match options.kind.group() {
            Some(group) => RabbitQueue::new(group),
            None => RabbitQueue::new(format!("live.{:08x}", fastrand::u32(..)))
                .durable(false)
                .exclusive(true)
                .auto_delete(true),
        };
        let mut queue = queue.prefetch(options.prefetch);
        for binding in &options.bindings {
            for pattern in binding.keys() {
                queue = queue.bind(RabbitExchange::topic(EXCHANGE), pattern.as_str());
            }
        }
        if let Some(group) = options.kind.group() {
            queue = queue.delay(Delay::dlx_ttl_named(format!("{group}.retry")));
        }
        let subscribed = connected.subscribe(queue).await;
        let mut subscriber = subscribed.map_err(|error| broken("a subscribe failed", error))?;
        let (tell, supply) = mpsc::unbounded_channel();
        let reading = tokio::spawn(async move {
            let mut stream = std::pin::pin!(subscriber.stream());
            while let Some(next) = stream.next().await {
                let failed = next.is_err();
                if tell
                    .send(next.map_err(|error| broken("the supply ended", error)))
                    .is_err()
                    || failed
                {
                    return;
                }
            }
        });
        let settler = Arc::new(InHand::default());
        let control = Arc::new(Control(Mutex::new(Some(reading))));
        Ok(Subscription::new(Supply { supply, settler }, control))
    }

    async fn remove_group(&self, _: &str) -> Result<bool, TransportError> {
        self.connected().map(|_| true)
    }

    async fn cancel_delayed(&self, _: &DelayId) -> Result<bool, TransportError> {
        Err(unsupported("withdrawing a delayed event"))
    }

    async fn dead_letters(&self, _: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        Err(unsupported("reading dead letters"))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    async fn close(&self) -> Result<(), TransportError> {
        let broker = self.broker.lock().expect("no panic under this lock").take();
        self.looking.abort();
        self.health.send_replace(Health::Closed);
        if let Some(broker) = broker.and_then(Arc::into_inner) {
            // What a broker that is gone does not answer is their affair.
            let _ = tokio::time::timeout(Duration::from_secs(5), broker.shutdown()).await;
        }
        Ok(())
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

impl fmt::Debug for Theirs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Theirs").finish_non_exhaustive()
    }
}

struct Supply {
    supply: mpsc::UnboundedReceiver<Result<LapinMessage, TransportError>>,
    settler: Arc<InHand>,
}

impl Source for Supply {
    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut VecDeque<Incoming>,
        max: usize,
    ) -> Poll<Result<bool, TransportError>> {
        let mut came = false;
        for _ in 0..max {
            match self.supply.poll_recv(cx) {
                Poll::Ready(Some(Ok(message))) => {
                    out.push_back(Incoming::Delivery(self.settler.take_in_hand(message)));
                    came = true;
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) => return Poll::Ready(Ok(came)),
                Poll::Pending if came => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(true))
    }
}

/// Deliveries by their tickets: theirs are settled by value, as ours are.
#[derive(Debug, Default)]
struct InHand {
    next: AtomicU64,
    messages: Mutex<HashMap<Ticket, LapinMessage>>,
}

impl InHand {
    fn take_in_hand(self: &Arc<Self>, message: LapinMessage) -> Delivery {
        let key = RoutingKey::verbatim(message.routing_key());
        let key = key.expect("a key that came is one");
        let body = bytes::Bytes::copy_from_slice(message.payload());
        let mut envelope = Envelope::new(key, body);
        if let Some(id) = message.headers().message_id() {
            envelope = envelope.with_id(EventId::from_text(id));
        }
        let attempt = if message.redelivered() { 2 } else { 1 };
        let ticket = self.next.fetch_add(1, Ordering::SeqCst);
        self.messages
            .lock()
            .expect("no panic under this lock")
            .insert(ticket, message);
        let settler: Arc<Self> = Arc::clone(self);
        Delivery::new(envelope, attempt, ticket, settler)
    }

    fn take(&self, ticket: Ticket) -> Option<LapinMessage> {
        let mut messages = self.messages.lock().expect("no panic under this lock");
        messages.remove(&ticket)
    }
}

impl Settler for InHand {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        let stale = SettleError::Stale { transport: NAME };
        let Some(message) = self.take(ticket) else {
            return SettleFuture::ready(Err(stale));
        };
        SettleFuture::boxed(async move {
            let settled = match settlement {
                Settlement::Nack(nack) if nack.after.is_zero() => message.nack(true).await,
                Settlement::Nack(nack) => message.nack_after(nack.after).await,
                Settlement::Reject(_) => message.nack(false).await,
                _ => message.ack().await,
            };
            settled.map_err(|_| stale)
        })
    }

    fn hand_back(&self, ticket: Ticket, _seen: bool) {
        if let Some(message) = self.take(ticket)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(message.nack(true));
        }
    }
}

struct Control(Mutex<Option<JoinHandle<()>>>);

#[async_trait]
impl SubscriptionControl for Control {
    async fn bind(&self, _: Binding) -> Result<(), TransportError> {
        Err(unsupported("binding a running subscription"))
    }

    async fn unbind(&self, _: &Binding) -> Result<bool, TransportError> {
        Err(unsupported("unbinding a running subscription"))
    }

    async fn close(&self) -> Result<(), TransportError> {
        if let Some(reading) = self.0.lock().expect("no panic under this lock").take() {
            reading.abort();
        }
        Ok(())
    }
}
