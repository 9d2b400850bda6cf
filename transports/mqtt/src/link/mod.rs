//! One connection to a broker, over its outages.
//!
//! A task of its own drives it: packet ids, acks, signs of life, reconnecting. What others want of
//! it are commands, so that nobody who publishes from a handler can hold it up. rumqttc's event loop
//! is not used: it forgets what is pending when a session is new, sends acks behind publishes that
//! wait for their window, and flushes after each packet.

mod backoff;
mod dial;
mod driver;
mod flight;
mod numbers;
mod packets;
mod serve;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, oneshot, watch};
use tokio::task::consume_budget;
use tokio::time::{Instant, timeout_at};
use trunkline_core::{Routing, TransportError};

use crate::NAME;
use crate::config::MqttConfig;
use crate::wire::Message;
pub(crate) use dial::{Dialled, dial};
pub(crate) use packets::{Filter, Packet, Welcome};

/// Places for publishes that wait or are in flight on one link; the next one waits for its own.
const PLACES: u32 = 4096;

/// A publish takes a place for every so many bytes, and one more: 256 MiB wait at most.
const BYTES_A_PLACE: usize = 64 << 10;

/// How a link presents itself.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) client_id: String,
    pub(crate) clean_start: bool,
    /// Seconds; zero keeps no session.
    pub(crate) session_expiry: u32,
    pub(crate) receive_max: u16,
    /// Topic and payload, kept by the broker.
    pub(crate) will: Option<(String, Bytes)>,
}

/// What comes in on a link.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) message: Message,
    /// Zero for what needs no ack.
    pub(crate) pkid: u16,
    /// Whether the broker has sent it before.
    pub(crate) dup: bool,
    /// Which connection brought it.
    pub(crate) generation: u64,
}

/// Whether a message is acked where it comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AckNow {
    Yes,
    Later,
}

/// Takes what comes in on a link. Called from its task: nothing here may wait.
pub(crate) trait Inlet: Send + Sync + 'static {
    /// A message has come.
    fn incoming(&self, arrival: Arrival) -> AckNow;

    /// Whether nothing more is to be read for now; [`Link::unblock`] tells when this changes.
    fn is_full(&self) -> bool {
        false
    }

    /// Whether publishing is to wait a little after an outage: what else belongs to the client is
    /// not back yet, and would miss it.
    fn holds_publishing(&self) -> bool {
        false
    }

    /// There is a connection again; told before anything it brings.
    fn restored(&self, outage: Outage) {
        let _ = outage;
    }

    /// The broker kept the session and forgot what it was subscribed to.
    fn subscriptions_were_lost(&self) {}

    /// The link is up, its subscriptions restored.
    fn up(&self) {}

    /// Some time has passed on a link that is up: an eighth of the keep-alive time, or a second.
    fn beat(&self) {}

    /// The link is gone, and with it what this connection brought.
    fn lost(&self, since: SystemTime, reason: &Arc<str>);

    /// The link has ended, for good.
    fn ended(&self, why: Option<TransportError>) {
        let _ = why;
    }
}

/// An outage that is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outage {
    pub(crate) since: SystemTime,
    /// Whether the broker kept the session.
    pub(crate) resumed: bool,
}

/// How a link is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LinkState {
    Up,
    Down { since: SystemTime, reason: Arc<str> },
    Ended,
}

enum Command {
    Publish(Pending),
    Subscribe(Vec<Filter>, Answer),
    Unsubscribe(Vec<Filter>, Answer),
    Ack { pkid: u16, generation: u64 },
    Sync(oneshot::Sender<()>),
}

type Answer = oneshot::Sender<Result<(), TransportError>>;

/// A publish that is not done.
struct Pending {
    packet: Packet,
    /// Who awaits what comes of it; nobody where the broker does not answer.
    answer: Option<oneshot::Sender<Result<Routing, Unanswered>>>,
    /// Whether to try again where nobody is subscribed right after an outage.
    seeks_subscribers: bool,
    /// Its place among the publishes of the link.
    _place: OwnedSemaphorePermit,
}

impl Pending {
    /// Whether somebody awaited it, and does no more.
    fn is_given_up(&self) -> bool {
        self.answer.as_ref().is_some_and(oneshot::Sender::is_closed)
    }

    fn end(self, outcome: Result<Routing, Unanswered>) {
        if let Some(answer) = self.answer {
            // Who awaits it may have gone.
            let _ = answer.send(outcome);
        }
    }
}

/// A connection to a broker. Dropped, it ends.
pub(crate) struct Link {
    shared: Arc<Shared>,
    commands: mpsc::UnboundedSender<Command>,
}

/// What a link and its task share.
struct Shared {
    client_id: String,
    places: Arc<Semaphore>,
    state: watch::Sender<LinkState>,
    closing: watch::Sender<bool>,
    unblocked: Notify,
    /// Largest packet the broker takes, as it last said.
    max_packet: AtomicUsize,
}

impl Link {
    /// Begins the task of a connection that is up.
    pub(crate) fn start(
        config: Arc<MqttConfig>,
        plan: Plan,
        dialled: Dialled,
        inlet: Arc<dyn Inlet>,
    ) -> Self {
        let (commands, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            client_id: plan.client_id.clone(),
            places: Arc::new(Semaphore::new(PLACES as usize)),
            state: watch::channel(LinkState::Up).0,
            closing: watch::channel(false).0,
            unblocked: Notify::new(),
            max_packet: AtomicUsize::new(usize::MAX),
        });
        let driver = driver::Driver::new(config, plan, Arc::clone(&shared), receiver, inlet);
        tokio::spawn(driver.run(dialled));
        Self { shared, commands }
    }

    pub(crate) fn state(&self) -> watch::Receiver<LinkState> {
        self.shared.state.subscribe()
    }

    /// Largest packet the broker takes.
    pub(crate) fn max_packet(&self) -> usize {
        self.shared.max_packet.load(Ordering::Relaxed)
    }

    /// Sends a packet; returns with the broker's answer. One that the broker does not answer is on
    /// its way, unless there is no link: then it waits for one.
    ///
    /// Dropping the future before the packet is on its way takes it back.
    pub(crate) async fn publish(
        &self,
        packet: Packet,
        deadline: Instant,
        seeks_subscribers: bool,
    ) -> Result<Routing, Unanswered> {
        let size = u32::try_from(packet.len() / BYTES_A_PLACE).unwrap_or(PLACES);
        let places = size.saturating_add(1).min(PLACES);
        let place = match Arc::clone(&self.shared.places).try_acquire_many_owned(places) {
            Ok(place) => place,
            Err(TryAcquireError::Closed) => return Err(Unanswered::Closed),
            Err(TryAcquireError::NoPermits) => {
                let place = Arc::clone(&self.shared.places).acquire_many_owned(places);
                let place = timeout_at(deadline, place).await;
                place
                    .map_err(|_| Unanswered::InTime)?
                    .map_err(|_| Unanswered::Closed)?
            }
        };
        let is_awaited = packet.is_answered() || *self.shared.state.borrow() != LinkState::Up;
        if !is_awaited {
            // Who publishes without waiting would keep the link's task from running until all places
            // are taken: the broker would sit idle meanwhile.
            consume_budget().await;
        }
        let (answer, answered) = match is_awaited {
            true => Some(oneshot::channel()).unzip(),
            false => (None, None),
        };
        let pending = Pending {
            packet,
            answer,
            seeks_subscribers,
            _place: place,
        };
        let sent = self.command(Command::Publish(pending));
        sent.map_err(|_| Unanswered::Closed)?;
        let Some(answered) = answered else {
            return Ok(Routing::Unknown);
        };
        match timeout_at(deadline, answered).await {
            Err(_) => Err(Unanswered::InTime),
            Ok(Err(_)) => Err(Unanswered::Closed),
            Ok(Ok(outcome)) => outcome,
        }
    }

    /// Subscribes; returns when the broker has granted every filter.
    pub(crate) async fn subscribe(&self, filters: Vec<Filter>) -> Result<(), TransportError> {
        self.ask(filters, Command::Subscribe).await
    }

    pub(crate) async fn unsubscribe(&self, filters: Vec<Filter>) -> Result<(), TransportError> {
        self.ask(filters, Command::Unsubscribe).await
    }

    async fn ask(
        &self,
        filters: Vec<Filter>,
        command: fn(Vec<Filter>, Answer) -> Command,
    ) -> Result<(), TransportError> {
        for some in filters.chunks(flight::MAX_FILTERS) {
            let (answer, answered) = oneshot::channel();
            self.command(command(some.to_vec(), answer))?;
            answered.await.map_err(|_| closed())??;
        }
        Ok(())
    }

    /// Acks what a connection brought, unless that is gone.
    pub(crate) fn ack(&self, pkid: u16, generation: u64) {
        // A link that has ended has nothing to ack.
        let _ = self.command(Command::Ack { pkid, generation });
    }

    /// Waits until the broker has read all that was sent before, or the link is gone.
    pub(crate) async fn sync(&self) {
        let (answer, answered) = oneshot::channel();
        if self.command(Command::Sync(answer)).is_ok() {
            // Gone with the link, there is nothing to wait for.
            let _ = answered.await;
        }
    }

    fn command(&self, command: Command) -> Result<(), TransportError> {
        self.commands.send(command).map_err(|_| closed())
    }

    /// Lets the inlet be asked again whether it is full.
    pub(crate) fn unblock(&self) {
        self.shared.unblocked.notify_one();
    }

    /// Begins to end the link: acks on their way go out, then a goodbye.
    pub(crate) fn begin_close(&self) {
        self.shared.closing.send_replace(true);
        self.shared.places.close();
    }

    /// Ends the link; returns when its task has.
    pub(crate) async fn close(&self) {
        self.begin_close();
        let mut state = self.state();
        let _ = state.wait_for(|state| *state == LinkState::Ended).await;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.begin_close();
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("client_id", &self.shared.client_id)
            .field("state", &*self.shared.state.borrow())
            .finish_non_exhaustive()
    }
}

/// Why a publish has no answer of the broker's.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// There was none in time.
    InTime,
    /// The link has ended.
    Closed,
    /// The broker does not take it, and why.
    NotTaken { endpoint: String, reason: String },
}

pub(crate) fn closed() -> TransportError {
    TransportError::Closed { transport: NAME }
}
