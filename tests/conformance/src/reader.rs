//! A member of a group at work through outages.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::sync::Mutex;
use tokio::task::JoinHandle;

use crate::inbox::Inbox;
use crate::ledger::Mark;
use crate::run::joined;

/// A member of a durable group that acks what it can, until told to stop.
pub(crate) struct Reader {
    pub(crate) marks: Arc<Mutex<Vec<Mark>>>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Reader {
    pub(crate) fn spawn(mut inbox: Inbox) -> Self {
        let (marks, stop) = (
            Arc::new(Mutex::new(Vec::new())),
            Arc::new(AtomicBool::new(false)),
        );
        let (seen, stopped) = (Arc::clone(&marks), Arc::clone(&stop));
        let task = tokio::spawn(async move {
            let tick = Duration::from_millis(50);
            while !stopped.load(Ordering::Relaxed) {
                let next = tokio::time::timeout(tick, inbox.subscription().recv()).await;
                let Ok(delivery) = next else { continue };
                let delivery = delivery.expect("the supply lives through outages");
                seen.lock().push(Mark::of_delivery(&delivery));
                // An ack that comes too late brings the event again, which is counted.
                let _ = delivery.ack().await;
            }
            inbox.close().await;
        });
        Self { marks, stop, task }
    }

    pub(crate) fn distinct(&self) -> usize {
        self.marks.lock().iter().collect::<HashSet<_>>().len()
    }

    pub(crate) async fn finish(self) -> Vec<Mark> {
        self.stop.store(true, Ordering::Relaxed);
        joined(self.task).await;
        std::mem::take(&mut *self.marks.lock())
    }
}
