//! Asking the broker what it keeps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use tokio::time::timeout;
use trunkline_core::TransportError;

use crate::NAME;
use crate::board::Line;
use crate::client::Client;
use crate::config::PublishQos;
use crate::keys::OWN;
use crate::link::{AckNow, Arrival, Filter, Inlet};
use crate::sync::Mutex;
use crate::wire::Message;

/// Longest wait for the broker to say what it keeps.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes what comes in on the connection that publishes: what the broker keeps, when asked.
pub(crate) struct Collector {
    line: Line,
    active: Mutex<Option<Collection>>,
    next: AtomicU64,
    /// Why the connection has ended, if not because it was asked to.
    pub(crate) fate: Mutex<Option<TransportError>>,
}

struct Collection {
    /// Comes behind all that is kept.
    mark: String,
    kept: BTreeMap<String, Message>,
    done: Option<oneshot::Sender<()>>,
}

impl Collector {
    pub(crate) fn new(line: Line) -> Arc<Self> {
        Arc::new(Self {
            line,
            active: Mutex::default(),
            next: AtomicU64::new(0),
            fate: Mutex::default(),
        })
    }
}

impl Inlet for Collector {
    fn incoming(&self, arrival: Arrival) -> AckNow {
        if let Some(collection) = &mut *self.active.lock() {
            let message = arrival.message;
            if message.topic == collection.mark {
                if let Some(done) = collection.done.take() {
                    // Who asked may have gone.
                    let _ = done.send(());
                }
            } else if message.retain {
                let message = message.unpack();
                collection.kept.insert(message.topic.clone(), message);
            }
        }
        AckNow::Yes
    }

    fn holds_publishing(&self) -> bool {
        self.line.others_are_down()
    }

    fn up(&self) {
        self.line.up();
    }

    fn lost(&self, since: SystemTime, reason: &Arc<str>) {
        self.line.down(since, reason);
    }

    fn ended(&self, why: Option<TransportError>) {
        if let Some(why) = why {
            self.line.down(SystemTime::now(), &why.to_string().into());
            *self.fate.lock() = Some(why);
        }
    }
}

impl Client {
    /// What the broker keeps under topics that match a filter, by topic.
    ///
    /// It sends what it keeps when it is subscribed to (MQTT 5 §3.8.4); a message of ours that comes
    /// behind it tells the end.
    pub(crate) async fn fetch(&self, filter: &str) -> Result<Vec<Message>, TransportError> {
        self.board().check_open()?;
        let fetched = timeout(PATIENCE, self.fetch_patiently(filter)).await;
        fetched.unwrap_or_else(|_| {
            Err(TransportError::Unreachable {
                transport: NAME,
                endpoint: self.endpoints(),
                source: "the broker has not said what it keeps".into(),
            })
        })
    }

    async fn fetch_patiently(&self, filter: &str) -> Result<Vec<Message>, TransportError> {
        let _alone = self.fetching().lock().await;
        let collector = self.collector();
        let number = collector.next.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{OWN}mark/{}/{number}", crate::keys::level(self.name()));
        let (done, all) = oneshot::channel();
        *collector.active.lock() = Some(Collection {
            mark: mark.clone(),
            kept: BTreeMap::new(),
            done: Some(done),
        });
        let path = |path: &str| Filter {
            path: path.to_owned(),
        };
        let filters = vec![path(&mark), path(filter)];
        let link = self.publisher();
        let asked = async {
            link.subscribe(filters.clone()).await?;
            let sign = Message {
                topic: mark.clone(),
                ..Message::default()
            };
            let qos = PublishQos::AtLeastOnce;
            self.send_patiently(sign, qos).await?;
            all.await.map_err(|_| self.why_closed())?;
            link.unsubscribe(filters.clone()).await
        };
        let outcome = asked.await;
        let collection = collector.active.lock().take();
        outcome?;
        let kept = collection
            .map(|collection| collection.kept)
            .unwrap_or_default();
        Ok(kept.into_values().collect())
    }

    /// Waits until the broker can be asked.
    pub(crate) async fn reached(&self) -> Result<(), TransportError> {
        self.fetch(&format!("{OWN}mark")).await.map(drop)
    }
}
