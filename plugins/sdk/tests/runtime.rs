//! Asynchronous handlers on the plugin's own runtime.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::Semaphore;
use trunkline_plugin::testing::Harness;
use trunkline_plugin::{DynamicEvent, Host, Result, export_plugin};

/// Longest wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

struct Waits {
    inside: AtomicUsize,
    gate: Semaphore,
}

#[derive(Deserialize)]
struct Numbered {
    n: usize,
}

impl Waits {
    fn new(_: &Host) -> Result<Self> {
        Ok(Self {
            inside: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        })
    }

    /// Blocks its thread until another does.
    async fn blocks(&self) -> Result {
        self.inside.fetch_add(1, Ordering::SeqCst);
        let together = tokio::task::block_in_place(|| {
            let until = std::time::Instant::now() + PATIENCE;
            while self.inside.load(Ordering::SeqCst) < 2 && std::time::Instant::now() < until {
                std::thread::sleep(Duration::from_millis(1));
            }
            self.inside.load(Ordering::SeqCst) >= 2
        });
        assert!(together, "each waited for the other");
        Ok(())
    }

    /// The last of ten lets all others through.
    async fn waits(&self, event: Numbered) -> Result {
        if event.n == 9 {
            self.gate.add_permits(9);
        } else {
            self.gate.acquire().await?.forget();
        }
        Ok(())
    }

    /// Uses what the runtime offers, for longer than one turn.
    async fn yields(&self) {
        for _ in 0..300 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        tokio::spawn(async {}).await.unwrap();
    }
}

export_plugin! {
    Waits {
        "blocks" => blocks,
        "waits" => waits,
        "yields" => yields,
    }
    as "waits" version "1.0.0"
}

fn event(name: &'static str, n: usize) -> DynamicEvent {
    let event = DynamicEvent::tenant(name, name, "acme").unwrap();
    event.with_content(&json!({ "n": n })).unwrap()
}

async fn all_done(harness: &Harness<Waits>, count: u64) {
    let until = std::time::Instant::now() + PATIENCE;
    while harness.plugin().counts.done < count {
        let counts = harness.plugin().counts;
        assert!(std::time::Instant::now() < until, "{counts:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(harness.plugin().counts.failed, 0);
}

#[tokio::test]
async fn a_handler_that_blocks_in_place_holds_up_no_other() {
    let harness = Harness::<Waits>::start(json!({})).await;
    let (one, other) = (event("blocks", 0), event("blocks", 1));
    tokio::join!(harness.publish(&one), harness.publish(&other));
    all_done(&harness, 2).await;
    harness.end().await;
}

#[tokio::test]
async fn handlers_that_wait_for_each_other_are_all_done() {
    let harness = Harness::<Waits>::start(json!({})).await;
    let bus = harness.bus();
    for n in 0..10 {
        bus.publisher().publish(&event("waits", n)).await.unwrap();
    }
    all_done(&harness, 10).await;
    harness.end().await;
}

#[tokio::test]
async fn many_handlers_at_once_use_all_that_a_runtime_offers() {
    let harness = Harness::<Waits>::start(json!({})).await;
    let bus = harness.bus();
    for n in 0..500 {
        bus.publisher().publish(&event("yields", n)).await.unwrap();
    }
    all_done(&harness, 500).await;
    harness.end().await;
}
