//! Publishing: waiting for the link, the window and the broker's word.

mod desk;
mod job;
mod renewal;
mod returned;
mod sent;
mod writer;
mod writing;

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lapin::types::{FieldTable, ShortString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::{Instant, timeout_at};
use trunkline_core::{Envelope, Routing, TransportError};

use self::desk::Desk;
use self::job::{Fail, Job};
use self::writer::Writer;
use crate::NAME;
use crate::codec::encode;
use crate::config::AmqpConfig;
use crate::error::closed;
use crate::link::{Duty, Up};

/// A pause before an event is sent again whose link was lost: the next may be in the making.
const AGAIN: Duration = Duration::from_millis(20);

/// A pause before an event that the broker did not take is sent a second time: a quorum queue may be
/// without a leader, and the channel [be of no more use](renewal). No third time, as queues beside one
/// that is full get it each time.
const SECOND_CHANCE: Duration = Duration::from_secs(1);

/// Where an event goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) exchange: ShortString,
    pub(crate) routing_key: ShortString,
}

impl Target {
    /// By way of an exchange.
    pub(crate) fn exchange(exchange: &str, routing_key: &str) -> Self {
        Self {
            exchange: exchange.into(),
            routing_key: routing_key.into(),
        }
    }

    /// Straight into a queue, by the exchange that knows every queue by its name (AMQP 0-9-1
    /// §3.1.3.1).
    pub(crate) fn queue(name: &str) -> Self {
        Self::exchange("", name)
    }
}

/// The way to the broker.
#[derive(Clone)]
enum Way {
    Down,
    Up(Arc<Outlet>),
    Closed,
}

/// A channel in confirm mode, and who writes to it.
struct Outlet {
    desk: Desk,
    up: Arc<Up>,
}

/// Hears how the link is.
type Told = dyn Fn(Result<(), &TransportError>) + Send + Sync;

/// Publishes over one connection, which is made again as often as needed.
pub(crate) struct Publisher {
    config: Arc<AmqpConfig>,
    way: watch::Sender<Way>,
    window: Arc<Semaphore>,
    ready: std::sync::Mutex<Option<Arc<Outlet>>>,
    told: Box<Told>,
}

impl Publisher {
    pub(crate) fn new(
        config: Arc<AmqpConfig>,
        told: impl Fn(Result<(), &TransportError>) + Send + Sync + 'static,
    ) -> Self {
        Self {
            window: Arc::new(Semaphore::new(config.window.get())),
            config,
            way: watch::channel(Way::Down).0,
            ready: std::sync::Mutex::default(),
            told: Box::new(told),
        }
    }

    /// Hands an envelope to the broker and waits for its word, over lost links too: the event then
    /// arrives twice at most, with the same id.
    pub(crate) async fn publish(
        &self,
        target: Target,
        envelope: Envelope,
        extra: FieldTable,
        patience: Duration,
    ) -> Result<Routing, TransportError> {
        let begun = Instant::now();
        let deadline = begun.checked_add(patience).unwrap_or(begun + FOR_EVER);
        let target = Arc::new(target);
        let (mut sent, mut nacked) = (false, false);
        loop {
            let mut pause = AGAIN;
            let outlet = match self.free_outlet() {
                Some(outlet) => outlet,
                // Boxed, as is all that is seldom waited for: a future of all publishes has a place
                // for the largest.
                None => Box::pin(self.outlet(deadline, sent, &envelope, begun)).await?,
            };
            let place = match Arc::clone(&self.window).try_acquire_owned() {
                Ok(place) => place,
                Err(_) => Box::pin(self.place(deadline, &envelope, begun)).await?,
            };
            let properties = encode(&envelope, &extra, outlet.up.frame_max)?;
            let (reply, answer) = oneshot::channel();
            let job = Job {
                target: Arc::clone(&target),
                properties,
                envelope: envelope.clone(),
                deadline,
                reply: Some(reply),
                _place: place,
            };
            if outlet.desk.publish(Box::new(job)) {
                sent = true;
                // The writer keeps the deadline, and tells when the transport closes.
                match answer.await {
                    Ok(Ok(routing)) => return Ok(routing),
                    Ok(Err(Fail::Refused(error))) => return Err(error),
                    Ok(Err(Fail::Late)) => return Err(late(&envelope, begun)),
                    Ok(Err(Fail::Closed)) => return Err(closed()),
                    Ok(Err(Fail::Nacked)) => {
                        pause = SECOND_CHANCE;
                        if std::mem::replace(&mut nacked, true)
                            || Instant::now() + pause >= deadline
                        {
                            return Err(not_taken());
                        }
                    }
                    // Unknown whether the broker has it: between loss and a double, the double.
                    Ok(Err(Fail::Lost)) | Err(_) => {}
                }
            }
            let pause = tokio::time::sleep(pause);
            Box::pin(self.in_time(deadline, pause, &envelope, begun)).await?;
        }
    }

    /// Waits for a place in the window.
    async fn place(
        &self,
        deadline: Instant,
        envelope: &Envelope,
        begun: Instant,
    ) -> Result<OwnedSemaphorePermit, TransportError> {
        let window = Arc::clone(&self.window).acquire_owned();
        let place = self.in_time(deadline, window, envelope, begun).await?;
        place.map_err(|_| closed())
    }

    /// Waits for something until the deadline, or until the transport closes.
    async fn in_time<T>(
        &self,
        deadline: Instant,
        awaited: impl Future<Output = T>,
        envelope: &Envelope,
        begun: Instant,
    ) -> Result<T, TransportError> {
        let mut way = self.way.subscribe();
        tokio::select! {
            biased;
            done = awaited => Ok(done),
            _ = way.wait_for(|way| matches!(way, Way::Closed)) => Err(closed()),
            () = tokio::time::sleep_until(deadline) => Err(late(envelope, begun)),
        }
    }

    /// The link, if it is there and the broker takes publishes: nearly always.
    fn free_outlet(&self) -> Option<Arc<Outlet>> {
        match &*self.way.borrow() {
            Way::Up(outlet) if !outlet.up.is_blocked() => Some(Arc::clone(outlet)),
            _ => None,
        }
    }

    /// Waits for the link, and until the broker takes publishes.
    async fn outlet(
        &self,
        deadline: Instant,
        sent: bool,
        envelope: &Envelope,
        begun: Instant,
    ) -> Result<Arc<Outlet>, TransportError> {
        let mut way = self.way.subscribe();
        let there = way.wait_for(|way| !matches!(way, Way::Down));
        let outlet = match timeout_at(deadline, there).await {
            Ok(Ok(way)) => match &*way {
                Way::Up(outlet) => Arc::clone(outlet),
                Way::Closed | Way::Down => return Err(closed()),
            },
            Ok(Err(_)) => return Err(closed()),
            Err(_) if sent => {
                return Err(TransportError::Lost {
                    transport: NAME,
                    routing_key: envelope.routing_key().as_str().into(),
                });
            }
            Err(_) => return Err(self.unreachable()),
        };
        let mut blocked = outlet.up.blocked();
        if *blocked.borrow() {
            let free = blocked.wait_for(|blocked| !blocked);
            // A link that is lost meanwhile ends the wait; what is sent to it comes back as lost.
            let _ = self.in_time(deadline, free, envelope, begun).await?;
        }
        Ok(outlet)
    }

    pub(crate) fn unreachable(&self) -> TransportError {
        TransportError::Unreachable {
            transport: NAME,
            endpoint: self.config.addresses[0].to_string(),
            source: "the link was not there in time".into(),
        }
    }

    /// Waits until the link is up, to ask the broker something on it.
    pub(crate) async fn up(&self) -> Result<Arc<Up>, TransportError> {
        let mut way = self.way.subscribe();
        let there = way.wait_for(|way| !matches!(way, Way::Down)).await;
        match there.as_deref() {
            Ok(Way::Up(outlet)) => Ok(Arc::clone(&outlet.up)),
            _ => Err(closed()),
        }
    }
}

fn late(envelope: &Envelope, begun: Instant) -> TransportError {
    TransportError::ConfirmTimeout {
        transport: NAME,
        routing_key: envelope.routing_key().as_str().into(),
        waited: begun.elapsed(),
    }
}

fn not_taken() -> TransportError {
    TransportError::Broker {
        transport: NAME,
        what: "the broker did not take the event: a queue is full, or cannot store it".into(),
        source: None,
    }
}

/// As good as without end, and still a time.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

#[async_trait]
impl Duty for Publisher {
    fn role(&self) -> &'static str {
        "publish"
    }

    async fn restore(&self, up: &Arc<Up>) -> Result<(), TransportError> {
        let channel = renewal::open(up, &self.config).await?;
        let (desk, board, orders) = Desk::new(channel);
        let writer = Writer::new(Arc::clone(up), board, Arc::clone(&self.config));
        tokio::spawn(writer.run(orders));
        let outlet = Arc::new(Outlet {
            desk,
            up: Arc::clone(up),
        });
        *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some(outlet);
        Ok(())
    }

    fn tell(&self, state: Result<Arc<Up>, &TransportError>) {
        let ready = self
            .ready
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let (way, told) = match (state, ready) {
            (Ok(_), Some(outlet)) => (Way::Up(outlet), Ok(())),
            (Err(error @ TransportError::Closed { .. }), _) => (Way::Closed, Err(error)),
            (Err(error), _) => (Way::Down, Err(error)),
            (Ok(_), None) => return,
        };
        self.way.send_replace(way);
        (self.told)(told);
    }

    async fn conclude(&self) {
        // What waits is told at once; what is on its way has as long as the farewell takes.
        if let Way::Up(outlet) = self.way.send_replace(Way::Closed) {
            outlet.desk.close();
        }
    }
}
