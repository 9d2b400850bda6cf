//! RustStream on RabbitMQ, put together as its documents show.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ruststream_lapin::prelude::*;

use crate::contender::{Begun, Contender};
use crate::{KEY, bare};

static HANDLED: AtomicU64 = AtomicU64::new(0);
/// Where the turn began: at its first delivery.
static BEGUN: Mutex<Option<Begun>> = Mutex::new(None);

fn begun() -> MutexGuard<'static, Option<Begun>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A delivery's bytes, borrowed.
#[derive(ruststream::Deserialized)]
struct Frame<'a>(&'a [u8]);

#[subscriber(RabbitQueue::new("stream-consume").durable(true))]
async fn raw(frame: &Frame<'_>) -> HandlerOutcome {
    black_box(frame.0[0]);
    begun().get_or_insert_with(Begun::now);
    HANDLED.fetch_add(1, Ordering::Relaxed);
    HandlerOutcome::ack()
}

/// Takes, handles and acks.
pub fn consumer(url: &str) -> Contender {
    let runtime = bare::runtime();
    let url = url.to_owned();
    Contender::new("ruststream-lapin", move |count| {
        let url = url.clone();
        let work = async move {
            let queue = "stream-consume";
            let (connection, channel) = bare::connect(&url).await;
            bare::declare(&channel, queue, true, false).await;
            bare::fill(&url, "amq.topic", &format!("{queue}.{KEY}"), count).await;
            connection
                .close(200, "done".into())
                .await
                .expect("it closes");
            let broker = LapinBroker::new(&url).prefetch(nonzero!(1000));
            let app = RustStream::new(AppInfo::new("calld", "0.1.0"));
            let app = app.with_broker(broker, |b| {
                b.include(raw);
            });
            let before = HANDLED.load(Ordering::Relaxed);
            *begun() = None;
            let running = app.start().await.expect("the app starts");
            while HANDLED.load(Ordering::Relaxed) < before + count {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            let turn = begun().take().map(Begun::end).unwrap_or_default();
            running.shutdown().await.expect("the app stops");
            turn
        };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}
