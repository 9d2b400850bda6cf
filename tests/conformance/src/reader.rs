//! Readers at work while something else happens.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use trunkline_core::Delivery;

use crate::inbox::Inbox;
use crate::ledger::Mark;
use crate::run::joined;
use crate::sync::Mutex;

/// Hands on what comes from a reader that waits all the time, until its supply ends or nobody
/// listens. It looks when it is woken and at no other time, so that a wake that is lost shows.
pub(crate) fn waiting(mut inbox: Inbox) -> mpsc::UnboundedReceiver<Delivery> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let delivery = tokio::select! {
                () = sender.closed() => return,
                delivery = inbox.subscription().recv() => delivery,
            };
            let Some(delivery) = delivery else { return };
            // What nobody takes any more goes back with the message.
            let _ = sender.send(delivery);
        }
    });
    receiver
}

/// A member of a durable group that acks what it can, until told to stop.
pub(crate) struct Reader {
    pub(crate) marks: Arc<Mutex<Vec<Mark>>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Reader {
    pub(crate) fn spawn(mut inbox: Inbox) -> Self {
        let marks = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&marks);
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = &mut stopped => break,
                    delivery = inbox.subscription().recv() => {
                        let delivery = delivery.expect("the supply lives through outages");
                        seen.lock().push(Mark::of_delivery(&delivery));
                        // An ack that comes too late brings the event again, which is counted.
                        let _ = delivery.ack().await;
                    }
                }
            }
            inbox.close().await;
        });
        Self { marks, stop, task }
    }

    pub(crate) fn distinct(&self) -> usize {
        self.marks.lock().iter().collect::<HashSet<_>>().len()
    }

    pub(crate) async fn finish(self) -> Vec<Mark> {
        let _ = self.stop.send(());
        joined(self.task).await;
        std::mem::take(&mut *self.marks.lock())
    }
}
