//! What the parts cost by hand, with no framework around them.

use std::collections::HashMap;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::load::{self, Flavour, Pace, WINDOW};
use crate::rounds::Contender;

#[derive(Debug)]
struct Message {
    name: &'static str,
    body: Bytes,
}

type Handler = Box<dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// A bounded channel, a handler found by the event's name, its future boxed.
pub fn raw_contender(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let (sender, mut receiver) = mpsc::channel::<Message>(WINDOW as usize);
    let mut handlers: HashMap<&str, Handler, foldhash::fast::RandomState> = HashMap::default();
    for name in ["call_created", "call_answered", "call_ended", "call_held"] {
        let handle = |body: Bytes| async move {
            black_box(body[0]);
            load::handled();
        };
        handlers.insert(name, Box::new(move |body| Box::pin(handle(body))));
    }
    runtime.spawn(async move {
        let mut batch = Vec::with_capacity(64);
        while receiver.recv_many(&mut batch, 64).await > 0 {
            for message in batch.drain(..) {
                if let Some(handler) = handlers.get(message.name) {
                    handler(message.body).await;
                }
            }
        }
    });
    let body: Arc<[u8]> = load::body().into();
    Contender::new("floor", move |count| {
        let (sender, body) = (sender.clone(), Arc::clone(&body));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                let message = Message {
                    name: black_box(load::NAME),
                    body: Bytes::copy_from_slice(&body),
                };
                sender.send(message).await.expect("the channel is open");
                pace.step().await;
            }
            pace.end().await;
        });
    })
}

/// The same struct to JSON and back.
pub fn serde_contender() -> Contender {
    let call = load::call();
    Contender::new("serde_json", move |count| {
        for _ in 0..count {
            let body = serde_json::to_vec(black_box(&call)).expect("a call is JSON");
            let back: load::Call = serde_json::from_slice(&body).expect("and JSON a call");
            black_box(back);
        }
    })
}
