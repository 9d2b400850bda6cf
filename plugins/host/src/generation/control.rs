//! A generation's own thread, for what is called once and alone, and for what must not hold up
//! anyone else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use tokio::sync::{mpsc, oneshot};

use crate::refusal::Refusal;
use crate::sync::lock;

type Job = Box<dyn FnOnce() + Send>;

/// Most that waits for the thread: a plugin that does not come back from it cannot make the host
/// keep more and more.
const MOST: usize = 256;

/// A thread, and what it is told to do.
pub(super) struct Control {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
}

impl Control {
    pub(super) fn start(plugin: &str, generation: u64) -> Result<Self, Refusal> {
        let (jobs, queue) = mpsc::channel(MOST);
        std::thread::Builder::new()
            .name(format!("{plugin}-{generation}"))
            .spawn(move || run(queue))?;
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
        })
    }

    /// Does something on the thread, after what it was told before, once there is room for it.
    /// Nothing once it is closed.
    pub(super) async fn tell(&self, job: impl FnOnce() + Send + 'static) {
        let jobs = lock(&self.jobs).clone();
        if let Some(jobs) = jobs {
            // The thread ends with the last sender, and this is one.
            let _ = jobs.send(Box::new(job)).await;
        }
    }

    /// The same, if there is room now.
    pub(super) fn try_tell(&self, job: impl FnOnce() + Send + 'static) {
        if let Some(jobs) = &*lock(&self.jobs) {
            let _ = jobs.try_send(Box::new(job));
        }
    }

    /// Does something on the thread and gives what came of it; `None` if it is closed.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let job = move || {
            // Whoever asked may have lost patience.
            let _ = answer.send(job());
        };
        self.tell(job).await;
        answered.await.ok()
    }

    /// Lets the thread end when it has done what it was told.
    pub(super) fn close(&self) {
        *lock(&self.jobs) = None;
    }
}

fn run(mut queue: mpsc::Receiver<Job>) {
    while let Some(job) = queue.blocking_recv() {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a plugin's control thread panicked: a bug in the host");
        }
    }
}
