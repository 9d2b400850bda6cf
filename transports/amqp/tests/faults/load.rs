//! A numbered load, whoever publishes and consumes it, and what it is held against.

use std::collections::HashSet;
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{sleep, timeout};
use trunkline_amqp::Amqp;
use trunkline_conformance::{Ledger, Mark, Tally, joined};
use trunkline_core::{
    Binding, Envelope, PublishOptions, RoutingKey, SubscribeOptions, Subscription, Transport,
    TransportErrorKind,
};
use trunkline_suite::rabbitmq::{Node, Vhost};

/// Longest wait for what has no bound of its own, on a machine that does other things too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Longest time until the service is back once the broker or the link is.
pub(crate) const BACK: Duration = Duration::from_secs(10);

/// Deliveries a member may have in hand.
pub(crate) const WINDOW: u16 = 50;

/// What every client here is set up with, behind the virtual host.
pub(crate) const PARAMETERS: &str = "exchange=events&heartbeat=3&connect_timeout=3";

/// The group that consumes the load.
pub(crate) const GROUP: &str = "billing";

/// A virtual host of the test's own, on a node of its own or on the shared one.
pub(crate) async fn vhost(node: fn() -> Arc<Node>) -> Arc<Vhost> {
    let made = spawn_blocking(move || Vhost::new(node()));
    Arc::new(made.await.unwrap())
}

/// Asks of the broker what blocks the thread.
pub(crate) async fn ask<T: Send + 'static>(
    vhost: &Arc<Vhost>,
    question: impl FnOnce(&Vhost) -> T + Send + 'static,
) -> T {
    let vhost = Arc::clone(vhost);
    spawn_blocking(move || question(&vhost)).await.unwrap()
}

/// A client at a port: the broker's, or a proxy's.
pub(crate) async fn client(vhost: &Vhost, port: u16) -> Arc<Amqp> {
    let url = format!("{}?{PARAMETERS}", vhost.url_at(port));
    Arc::new(trunkline_amqp::connect(&url).await.unwrap())
}

/// A member of the group.
pub(crate) async fn member(client: &Amqp, window: u16) -> Subscription {
    let binding = Binding::builder().key("load.#").build().unwrap();
    let options = SubscribeOptions::group(GROUP, [binding])
        .with_prefetch(NonZeroU16::new(window).unwrap())
        .with_max_unread(1_000_000);
    client.subscribe(options).await.unwrap()
}

/// A numbered event.
pub(crate) fn event(mark: Mark) -> Envelope {
    Envelope::new(RoutingKey::new("load.event").unwrap(), mark.body())
}

/// Publishers at work, until they are told to stop.
pub(crate) struct Load {
    ledger: Arc<Ledger>,
    confirmed: Arc<AtomicUsize>,
    /// What the last publish that failed said.
    trouble: Arc<Mutex<String>>,
    stop: watch::Sender<bool>,
    publishing: Vec<JoinHandle<()>>,
}

impl Load {
    /// Each publisher has one event in flight at a time, and tries it until it is confirmed.
    pub(crate) fn begin(client: &Arc<Amqp>, publishers: u32, pace: Duration) -> Self {
        let load = Self {
            ledger: Arc::default(),
            confirmed: Arc::default(),
            trouble: Arc::default(),
            stop: watch::channel(false).0,
            publishing: Vec::new(),
        };
        let one = |publisher| {
            let (client, ledger) = (Arc::clone(client), Arc::clone(&load.ledger));
            let (stop, confirmed) = (load.stop.subscribe(), Arc::clone(&load.confirmed));
            let trouble = Arc::clone(&load.trouble);
            tokio::spawn(async move {
                for sequence in 1.. {
                    let mark = Mark {
                        run: 1,
                        publisher,
                        sequence,
                    };
                    publish_until_confirmed(&*client, mark, &ledger, &trouble).await;
                    confirmed.fetch_add(1, Ordering::SeqCst);
                    if *stop.borrow() {
                        break;
                    }
                    sleep(pace).await;
                }
            })
        };
        let publishing = (1..=publishers).map(one).collect();
        Self { publishing, ..load }
    }

    /// Waits until more events are confirmed.
    pub(crate) async fn goes_on(&self, more: usize, limit: Duration, what: &str) {
        let wanted = self.confirmed.load(Ordering::SeqCst) + more;
        let there = async {
            while self.confirmed.load(Ordering::SeqCst) < wanted {
                sleep(Duration::from_millis(10)).await;
            }
        };
        if timeout(limit, there).await.is_err() {
            let so_far = self.confirmed.load(Ordering::SeqCst);
            let trouble = self.trouble.lock().unwrap().clone();
            panic!("{so_far} of {wanted} confirmed within {limit:?} {what}; last: {trouble}");
        }
    }

    /// Ends the load; gives the ledger.
    pub(crate) async fn end(self) -> Arc<Ledger> {
        self.stop.send_replace(true);
        for task in self.publishing {
            joined(task).await;
        }
        self.ledger
    }
}

async fn publish_until_confirmed(
    client: &dyn Transport,
    mark: Mark,
    ledger: &Ledger,
    trouble: &Mutex<String>,
) {
    let options = PublishOptions::new().with_timeout(Duration::from_secs(20));
    loop {
        let Err(error) = client.publish(event(mark), options.clone()).await else {
            return ledger.confirmed(mark);
        };
        if error.kind() == TransportErrorKind::Unknown {
            ledger.uncertain(mark);
        }
        *trouble.lock().unwrap() = format!(
            "{mark:?} {error:?}, with {}",
            client.health().borrow().clone()
        );
        assert!(
            error.is_retryable(),
            "{mark:?} may not be tried again: {error:?}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

/// A member that acks what comes.
pub(crate) struct Reader {
    received: Arc<Mutex<Vec<Mark>>>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Reader {
    pub(crate) fn of(mut subscription: Subscription) -> Self {
        let received: Arc<Mutex<Vec<Mark>>> = Arc::default();
        let (stop, mut stopped) = watch::channel(false);
        let seen = Arc::clone(&received);
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = stopped.changed() => break,
                    delivery = subscription.recv() => {
                        let Some(delivery) = delivery else {
                            panic!("the supply has ended: {:?}", subscription.end())
                        };
                        seen.lock().unwrap().push(Mark::of_delivery(&delivery));
                        // An ack that comes too late brings the event again, which is counted.
                        let _ = delivery.ack().await;
                    }
                }
            }
        });
        Self {
            received,
            stop,
            task,
        }
    }

    /// Waits until everything the broker owns has come; gives the tally.
    pub(crate) async fn all_of(self, ledger: &Ledger) -> Tally {
        let owned = ledger.owned();
        let there = || async {
            let seen: HashSet<_> = self.received.lock().unwrap().iter().copied().collect();
            owned.iter().all(|mark| seen.contains(mark))
        };
        // What is missing is told by the tally, by name.
        let waiting = async {
            while !there().await {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = timeout(PATIENCE, waiting).await;
        self.stop.send_replace(true);
        joined(self.task).await;
        let tally = ledger.tally(&self.received.lock().unwrap());
        println!(
            "{} confirmed, {} lost, {} doubled",
            tally.expected,
            tally.lost.len(),
            tally.duplicated.len()
        );
        tally
    }
}
