//! A generation's end: what it has is finished, it is stopped, its state is freed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use trunkline_plugin_abi as abi;

use super::{Generation, Held, SHUTDOWN};
use crate::sync::lock;

impl Generation {
    /// Ends the generation: waits until its events are done, stops it, frees its state. Gives how
    /// many events were handed back unfinished.
    pub(crate) async fn retire(&'static self, drain: Duration, stop: Duration) -> usize {
        let mut handed_back = 0;
        if tokio::time::timeout(drain, self.wait_idle()).await.is_err() {
            for call in Held::all(self) {
                if call.hand_back() {
                    handed_back += 1;
                    self.cancel(call.token());
                }
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), self.wait_idle()).await;
        }
        let stopped = tokio::time::timeout(stop, self.stop()).await.is_ok();
        self.open.store(false, Ordering::SeqCst);
        let name = &self.manifest.name;
        if stopped && self.in_flight() == 0 {
            // Awaited: whoever closes the host may rely on every state being freed, or on being told.
            let freed = self.control.ask(move || self.destroy());
            if tokio::time::timeout(stop, freed).await.is_err() {
                tracing::warn!(plugin = %name, generation = self.number, "it does not come back from being freed");
            }
        } else {
            // Its memory stays as it is: something of it still runs.
            tracing::warn!(plugin = %name, generation = self.number, "it did not stop in time");
        }
        self.tell_dropped();
        // Its task ends with what it has; if the queue is full the plugin's last words are lost.
        let _ = self.publications.try_send(None);
        self.lane.close();
        self.control.close();
        handed_back
    }

    /// Ends a generation that never started.
    pub(crate) fn give_up(&self) {
        self.open.store(false, Ordering::SeqCst);
        let _ = self.publications.try_send(None);
        self.lane.close();
        self.control.close();
    }

    async fn stop(&'static self) {
        let (done, ended) = tokio::sync::oneshot::channel();
        let asked = self.control.ask(move || {
            let table = self.table();
            let Some(shutdown) = table.shutdown else {
                return abi::OK;
            };
            let token = SHUTDOWN;
            *lock(&self.stopping) = Some((token, done));
            // SAFETY: no event is in the plugin's hands, or it had its time to finish; this is the
            // one call, on the plugin's own thread (rule 5).
            let status = unsafe { shutdown(table.state, token) };
            if status != abi::PENDING {
                *lock(&self.stopping) = None;
            }
            status
        });
        if asked.await == Some(abi::PENDING) {
            let _ = ended.await;
        }
    }

    fn destroy(&self) {
        let table = self.table();
        if let Some(destroy) = table.destroy {
            // SAFETY: after `shutdown` and the last completion, once, on the plugin's own thread
            // (rule 5); nothing is called afterwards.
            unsafe { destroy(table.state) };
        }
    }

    async fn wait_idle(&self) {
        self.ending.store(true, Ordering::SeqCst);
        loop {
            let notified = self.idle.notified();
            tokio::pin!(notified);
            notified.as_mut().enable();
            if self.in_flight() == 0 {
                return;
            }
            notified.await;
        }
    }
}
