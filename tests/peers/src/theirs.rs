//! RustStream, put together as its documents show.

use std::hint::black_box;
use std::sync::Arc;

use ruststream::OutgoingMessage;
use ruststream::memory::prelude::*;

use crate::load::{self, Call, Flavour, Pace};
use crate::rounds::Contender;

/// A delivery's bytes, borrowed.
#[derive(ruststream::Deserialized)]
struct Frame<'a>(&'a [u8]);

#[subscriber("call_created")]
async fn raw(frame: &Frame<'_>) -> HandlerOutcome {
    black_box(frame.0[0]);
    load::handled();
    HandlerOutcome::ack()
}

#[subscriber("call_created")]
async fn typed(call: &Call) -> HandlerOutcome {
    black_box(call);
    load::handled();
    HandlerOutcome::ack()
}

fn app_info() -> AppInfo {
    AppInfo::new("calld", "0.1.0")
}

/// Publish, raw handler, ack. `headers` are those our own envelope has.
pub fn raw_contender(name: &'static str, flavour: Flavour, headers: bool) -> Contender {
    let runtime = flavour.runtime();
    let broker = MemoryBroker::new();
    let app = RustStream::new(app_info()).with_broker(broker.clone(), |b| {
        b.include(raw);
    });
    let running = runtime.block_on(app.start()).expect("the app starts");
    let body: Arc<[u8]> = load::body().into();
    Contender::new(name, move |count| {
        let _keep = &running;
        let (publisher, body) = (broker.publisher(), Arc::clone(&body));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                let mut message = OutgoingMessage::produced(load::NAME, BytesMut::from(&body[..]));
                if headers {
                    let mut map = HeaderMap::new();
                    map.insert("key", "calls.42.created");
                    map.insert("tenant", "2c34c282-433e-4bb8-8d56-fec14ff7e1e9");
                    message = message.with_headers(map);
                }
                publisher
                    .publish(message, None)
                    .await
                    .expect("the message is published");
                pace.step().await;
            }
            pace.end().await;
        });
    })
}

/// Encode, publish, decode, typed handler, ack.
pub fn typed_contender(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let broker = MemoryBroker::new();
    let app = RustStream::new(app_info()).with_broker(broker.clone(), |b| {
        b.include(typed);
    });
    let running = runtime.block_on(app.start()).expect("the app starts");
    let call = Arc::new(load::call());
    Contender::new("ruststream", move |count| {
        let _keep = &running;
        let (publisher, call) = (broker.publisher(), Arc::clone(&call));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                let sent = publisher.message(&*call).to(load::NAME).publish().await;
                sent.expect("the message is published");
                pace.step().await;
            }
            pace.end().await;
        });
    })
}
