//! One event to a thousand subscriptions, each read by a task of its own.

use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{broadcast, mpsc};
use trunkline_core::{Binding, PublishOptions, SubscribeOptions, Transport};
use trunkline_memory::MemoryBroker;

use crate::load::{self, Flavour, Pace};
use crate::ours;
use crate::rounds::Contender;

/// Readers of every event.
pub const READERS: u64 = 1000;

/// Where the queues are kept short, so that no reader's are dropped.
const DEPTH: usize = 16;

/// Live subscriptions on the memory transport; every delivery is acked.
pub fn trunkline(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let memory = MemoryBroker::new().connect();
    for _ in 0..READERS {
        let binding = Binding::builder()
            .key("calls.*.created")
            .build()
            .expect("a binding");
        let options = SubscribeOptions::live([binding]);
        let mut subscription = runtime
            .block_on(memory.subscribe(options))
            .expect("a subscription");
        runtime.spawn(async move {
            while let Some(delivery) = subscription.recv().await {
                black_box(delivery.envelope().body()[0]);
                delivery.ack().await.expect("an ack");
                load::handled();
            }
        });
    }
    let body: Arc<[u8]> = load::body().into();
    Contender::new("trunkline", move |count| {
        let (memory, body) = (memory.clone(), Arc::clone(&body));
        runtime.run(async move {
            for _ in 0..count {
                let pace = Pace::expecting(READERS);
                let published = memory
                    .publish(ours::envelope(&body), PublishOptions::new())
                    .await;
                published.expect("the envelope is published");
                pace.end().await;
            }
        });
    })
}

/// Tokio's broadcast channel: one ring that all read.
pub fn broadcast(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let (sender, _) = broadcast::channel::<Bytes>(DEPTH);
    for _ in 0..READERS {
        let mut receiver = sender.subscribe();
        runtime.spawn(async move {
            while let Ok(body) = receiver.recv().await {
                black_box(body[0]);
                load::handled();
            }
        });
    }
    let body: Arc<[u8]> = load::body().into();
    Contender::new("tokio broadcast", move |count| {
        let (sender, body) = (sender.clone(), Arc::clone(&body));
        runtime.run(async move {
            for _ in 0..count {
                let pace = Pace::expecting(READERS);
                sender
                    .send(Bytes::copy_from_slice(&body))
                    .expect("there are readers");
                pace.end().await;
            }
        });
    })
}

/// A bounded channel for each reader.
pub fn channels(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let mut senders = Vec::new();
    for _ in 0..READERS {
        let (sender, mut receiver) = mpsc::channel::<Bytes>(DEPTH);
        senders.push(sender);
        runtime.spawn(async move {
            while let Some(body) = receiver.recv().await {
                black_box(body[0]);
                load::handled();
            }
        });
    }
    let (senders, body) = (Arc::new(senders), Arc::<[u8]>::from(load::body()));
    Contender::new("1 000 mpsc", move |count| {
        let (senders, body) = (Arc::clone(&senders), Arc::clone(&body));
        runtime.run(async move {
            for _ in 0..count {
                let pace = Pace::expecting(READERS);
                let body = Bytes::copy_from_slice(&body);
                for sender in senders.iter() {
                    sender
                        .send(body.clone())
                        .await
                        .expect("the channel is open");
                }
                pace.end().await;
            }
        });
    })
}
