//! What all cases share: the event, the runtimes, and the pace.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

/// The name every event of these cases has.
pub const NAME: &str = "call_created";

/// Most events published and not yet handled, so that every contender works from its cache and
/// none is measured filling memory.
pub const WINDOW: u64 = 512;

/// The event all contenders carry: 300 bytes as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ruststream::Outgoing)]
pub struct Call {
    pub call_id: String,
    pub caller_id_name: String,
    pub caller_id_number: String,
    pub dialed_extension: String,
    pub user_uuid: String,
    pub line_id: u32,
    pub is_caller: bool,
    pub status: String,
    pub creation_time: String,
}

pub fn call() -> Call {
    Call {
        call_id: "1732104455.10420".into(),
        caller_id_name: "Amélie Poirier-Tremblay, night support".into(),
        caller_id_number: "+14185550123".into(),
        dialed_extension: "1002".into(),
        user_uuid: "5a7a3e0e-9d5c-4a93-8d5b-0f3f0a1c2b3d".into(),
        line_id: 42,
        is_caller: true,
        status: "Ringing".into(),
        creation_time: "2026-11-20T12:07:35.123456+00:00".into(),
    }
}

/// The event as bytes.
pub fn body() -> Vec<u8> {
    let body = serde_json::to_vec(&call()).expect("a call is JSON");
    assert_eq!(body.len(), 300);
    body
}

/// How many events have been handled since the program began; contenders run one at a time.
static HANDLED: AtomicU64 = AtomicU64::new(0);

/// What every handler does.
pub fn handled() {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

/// Keeps a publisher no more than [`WINDOW`] ahead of the handlers.
pub struct Pace {
    before: u64,
    published: u64,
}

impl Pace {
    pub fn begin() -> Self {
        Self {
            before: HANDLED.load(Ordering::Relaxed),
            published: 0,
        }
    }

    /// As if so many were published.
    pub fn expecting(published: u64) -> Self {
        Self {
            published,
            ..Self::begin()
        }
    }

    /// One more is published.
    pub async fn step(&mut self) {
        self.published += 1;
        if self.published.is_multiple_of(WINDOW / 2) {
            until(self.before + self.published - WINDOW / 2).await;
        }
    }

    /// Waits until all are handled.
    pub async fn end(self) {
        until(self.before + self.published).await;
    }
}

/// Waits until this many events have been handled.
async fn until(count: u64) {
    while HANDLED.load(Ordering::Relaxed) < count {
        yield_now().await;
    }
}

/// Where the contenders run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Publisher and handlers take turns on one thread.
    OneThread,
    /// Both are tasks on two workers; the scheduler places them.
    TwoWorkers,
    /// The publisher has the main thread, the handlers a worker: every event crosses over.
    Apart,
}

impl Flavour {
    pub const ALL: [Self; 3] = [Self::OneThread, Self::TwoWorkers, Self::Apart];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneThread => "one thread",
            Self::TwoWorkers => "two workers",
            Self::Apart => "main thread and worker",
        }
    }

    pub fn runtime(self) -> Place {
        let mut builder = match self {
            Self::OneThread => Builder::new_current_thread(),
            Self::TwoWorkers | Self::Apart => Builder::new_multi_thread(),
        };
        match self {
            Self::OneThread => &mut builder,
            Self::TwoWorkers => builder.worker_threads(2),
            Self::Apart => builder.worker_threads(1),
        };
        Place {
            runtime: builder.enable_time().build().expect("a runtime starts"),
            apart: self == Self::Apart,
        }
    }
}

/// A runtime, and where in it publishers run.
pub struct Place {
    runtime: Runtime,
    apart: bool,
}

impl Place {
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// Runs a publisher to its end.
    pub fn run(&self, publisher: impl Future<Output = ()> + Send + 'static) {
        if self.apart {
            self.block_on(publisher);
        } else {
            self.block_on(async { tokio::spawn(publisher).await.expect("a publisher ends") });
        }
    }
}
