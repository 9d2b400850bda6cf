//! The life of a link: connecting, losing, connecting again, ending.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use tokio::select;
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, Instant, sleep};
use trunkline_core::{TransportError, count_reconnect};

use super::backoff::Backoff;
use super::dial::{Dialled, dial_one};
use super::flight::Sent;
use super::numbers::Numbers;
use super::serve::{End, Serve};
use super::{Command, Filter, Inlet, LinkState, Outage, Pending, Plan, Shared, Unanswered, closed};
use crate::NAME;
use crate::config::MqttConfig;

/// Drives one link.
pub(super) struct Driver {
    pub(super) config: Arc<MqttConfig>,
    pub(super) plan: Plan,
    pub(super) shared: Arc<Shared>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
    pub(super) inlet: Arc<dyn Inlet>,
    /// Publishes that are not on the wire.
    pub(super) pending: VecDeque<Pending>,
    /// Changes of subscriptions that are not on the wire.
    pub(super) asks: VecDeque<Sent>,
    /// What the broker has granted.
    pub(super) granted: BTreeSet<Filter>,
    pub(super) generation: u64,
    pub(super) numbers: Numbers,
    /// The address to try next.
    address: usize,
    /// Connections in a row that the broker closed soon after it had accepted them.
    short_lived: u32,
}

/// A connection that ends sooner was hardly one.
const SHORT: Duration = Duration::from_secs(5);

const CLOSED: &str = "the broker closed the connection";

/// Whether waiting goes on.
enum Waited {
    Over,
    Closing,
}

impl Driver {
    pub(super) fn new(
        config: Arc<MqttConfig>,
        plan: Plan,
        shared: Arc<Shared>,
        commands: mpsc::UnboundedReceiver<Command>,
        inlet: Arc<dyn Inlet>,
    ) -> Self {
        Self {
            config,
            plan,
            shared,
            commands,
            inlet,
            pending: VecDeque::new(),
            asks: VecDeque::new(),
            granted: BTreeSet::new(),
            generation: 0,
            numbers: Numbers::default(),
            address: 0,
            short_lived: 0,
        }
    }

    pub(super) async fn run(mut self, first: Dialled) {
        let mut next = Some(first);
        let mut since = None;
        let why = loop {
            let dialled = match next.take() {
                Some(dialled) => dialled,
                None => match self.connect_again().await {
                    Some(dialled) => dialled,
                    None => break None,
                },
            };
            self.generation += 1;
            let room = dialled
                .welcome
                .max_packet
                .map_or(usize::MAX, |max| max as usize);
            self.shared.max_packet.store(room, Ordering::Relaxed);
            let resumed = dialled.welcome.session_present;
            let outage = since.map(|since| Outage { since, resumed });
            let begun = Instant::now();
            match Serve::new(&mut self, dialled, outage).run().await {
                End::Closing => break None,
                End::Fatal(error) => break Some(error),
                End::Closed if begun.elapsed() < SHORT => {
                    self.short_lived += 1;
                    since = Some(self.lost(&self.why_closed()));
                }
                End::Closed => {
                    self.short_lived = 0;
                    since = Some(self.lost(CLOSED));
                }
                End::Lost(reason) => since = Some(self.lost(&reason)),
            }
        };
        self.finish(why);
    }

    /// Why the broker may have closed a connection it had just accepted. mosquitto 2.0.11 does not
    /// say that another client of the same id has come.
    fn why_closed(&self) -> String {
        match self.short_lived {
            0..3 => CLOSED.to_owned(),
            _ => format!(
                "{CLOSED}, again and again; perhaps another client uses the session `{}`: give \
                 each instance a `client_id` of its own",
                self.plan.client_id
            ),
        }
    }

    /// Says that the link is gone; gives since when.
    fn lost(&mut self, reason: &str) -> SystemTime {
        let since = SystemTime::now();
        tracing::warn!(
            client_id = self.plan.client_id,
            reason,
            "the link to the broker is lost"
        );
        let reason: Arc<str> = reason.into();
        self.inlet.lost(since, &reason);
        self.shared
            .state
            .send_replace(LinkState::Down { since, reason });
        since
    }

    /// Puts what was on the wire in front of what was not.
    pub(super) fn take_back(&mut self, sent: Vec<Sent>) {
        for sent in sent.into_iter().rev() {
            match sent {
                // Nobody waits for it any more: it must not come as a ghost.
                Sent::Publish(pending) | Sent::Released(pending, _) if pending.is_given_up() => {}
                Sent::Publish(pending) | Sent::Released(pending, _) => {
                    self.pending.push_front(pending);
                }
                // What was granted before is asked for at the next connection anyway.
                Sent::Subscribe(_, None) | Sent::Probe(_) => {}
                ask => self.asks.push_front(ask),
            }
        }
    }

    /// Takes a command while there is no link; what must wait, waits.
    pub(super) fn take(&mut self, command: Command) {
        match command {
            Command::Publish(pending) => self.pending.push_back(pending),
            Command::Subscribe(filters, answer) => {
                self.asks.push_back(Sent::Subscribe(filters, Some(answer)));
            }
            Command::Unsubscribe(filters, answer) => {
                self.asks.push_back(Sent::Unsubscribe(filters, answer));
            }
            // What the connection brought is gone with it.
            Command::Ack { .. } | Command::Sync(_) => {}
        }
    }

    /// Connects until it succeeds; `None` when the link is to end.
    async fn connect_again(&mut self) -> Option<Dialled> {
        let mut backoff = Backoff::after(self.short_lived);
        loop {
            if let Waited::Closing = self.wait(sleep(backoff.next())).await {
                return None;
            }
            let config = Arc::clone(&self.config);
            let mut plan = self.plan.clone();
            // What waits at the broker is ours from the first connection on.
            plan.clean_start &= plan.session_expiry == 0;
            let address = config.addresses[self.address % config.addresses.len()].clone();
            let mut dialled = None;
            let dialling = async { dialled = Some(dial_one(&config, &plan, &address).await) };
            if let Waited::Closing = self.wait(dialling).await {
                return None;
            }
            match dialled {
                Some(Ok(dialled)) => {
                    count_reconnect(NAME);
                    return Some(dialled);
                }
                Some(Err(error)) => {
                    self.address += 1;
                    self.still_down(&error);
                }
                None => {}
            }
        }
    }

    fn still_down(&self, error: &TransportError) {
        tracing::debug!(client_id = self.plan.client_id, %error, "not connected yet");
        self.shared.state.send_modify(|state| {
            if let LinkState::Down { reason, .. } = state
                && let TransportError::Denied { check, .. } = error
            {
                *reason = format!("the broker refuses the connection; check {check}").into();
            }
        });
    }

    /// Waits for something, taking commands meanwhile.
    async fn wait(&mut self, what: impl Future<Output = ()>) -> Waited {
        let mut closing = self.shared.closing.subscribe();
        let mut what = std::pin::pin!(what);
        let mut batch = Vec::new();
        loop {
            if is_closing(&closing) {
                return Waited::Closing;
            }
            select! {
                () = &mut what => return Waited::Over,
                _ = closing.changed() => {}
                count = self.commands.recv_many(&mut batch, 64) => {
                    if count == 0 {
                        return Waited::Closing;
                    }
                    batch.drain(..).for_each(|command| self.take(command));
                }
                () = sleep(Duration::from_millis(100)) => {
                    // Those whose time is up give their places back.
                    self.pending.retain(|pending| !pending.is_given_up());
                }
            }
        }
    }

    /// Ends the link: nobody who waits for it waits any longer.
    fn finish(mut self, why: Option<TransportError>) {
        self.shared.places.close();
        self.commands.close();
        while let Ok(command) = self.commands.try_recv() {
            self.take(command);
        }
        for pending in self.pending.drain(..) {
            pending.end(Err(Unanswered::Closed));
        }
        for ask in self.asks.drain(..) {
            ask.fail(closed);
        }
        if let Some(why) = &why {
            tracing::error!(client_id = self.plan.client_id, %why, "the link to the broker has ended");
        }
        self.inlet.ended(why);
        self.shared.state.send_replace(LinkState::Ended);
    }
}

pub(super) fn is_closing(closing: &watch::Receiver<bool>) -> bool {
    *closing.borrow()
}
