//! One event to a thousand subscriptions.

use std::future::Future;
use std::hint::black_box;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Notify, broadcast, mpsc};
use trunkline_core::{Binding, PublishOptions, SubscribeOptions, Subscription, Transport};
use trunkline_memory::{Memory, MemoryBroker};

use crate::load::{self, Flavour, Pace, Place};
use crate::ours;
use crate::rounds::Contender;

/// Readers of every event.
pub const READERS: u64 = 1000;

/// Where the queues are kept short, so that no reader's are dropped.
const DEPTH: usize = 16;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// A task for each subscription: what is measured is its wake and its turn as well.
    Tasks,
    /// One task that goes round all of them: what is measured is the delivery alone.
    One,
}

/// One reader's end.
trait Inbox: Send + 'static {
    /// Takes one event and is done with it; `None` when there are no more.
    fn take(&mut self) -> impl Future<Output = Option<()>> + Send;
}

impl Inbox for Subscription {
    async fn take(&mut self) -> Option<()> {
        let delivery = self.recv().await?;
        black_box(delivery.envelope().body()[0]);
        delivery.ack().await.ok()?;
        load::handled();
        Some(())
    }
}

impl Inbox for broadcast::Receiver<Bytes> {
    async fn take(&mut self) -> Option<()> {
        let body = self.recv().await.ok()?;
        black_box(body[0]);
        load::handled();
        Some(())
    }
}

impl Inbox for mpsc::Receiver<Bytes> {
    async fn take(&mut self) -> Option<()> {
        let body = self.recv().await?;
        black_box(body[0]);
        load::handled();
        Some(())
    }
}

/// The other side: one event to all.
trait Outbox: Send + Sync + 'static {
    fn give(&self, body: &[u8]) -> impl Future<Output = ()> + Send;
}

impl Outbox for Memory {
    async fn give(&self, body: &[u8]) {
        let published = self.publish(ours::envelope(body), PublishOptions::new());
        published.await.expect("the envelope is published");
    }
}

impl Outbox for broadcast::Sender<Bytes> {
    async fn give(&self, body: &[u8]) {
        self.send(Bytes::copy_from_slice(body))
            .expect("there are readers");
    }
}

impl Outbox for Vec<mpsc::Sender<Bytes>> {
    async fn give(&self, body: &[u8]) {
        let body = Bytes::copy_from_slice(body);
        for sender in self {
            let sent = sender.send(body.clone());
            sent.await.expect("the channel is open");
        }
    }
}

/// Live subscriptions on the memory transport; every delivery is acked.
pub fn trunkline(flavour: Flavour, readers: Readers) -> Contender {
    let runtime = flavour.runtime();
    let memory = MemoryBroker::new().connect();
    let subscribe = |_| {
        let binding = Binding::builder().key("calls.*.created");
        let options = SubscribeOptions::live([binding.build().expect("a binding")]);
        runtime
            .block_on(memory.subscribe(options))
            .expect("a subscription")
    };
    let inboxes: Vec<_> = (0..READERS).map(subscribe).collect();
    contender("trunkline", runtime, readers, memory, inboxes)
}

/// Tokio's broadcast channel: one ring that all read.
pub fn broadcast(flavour: Flavour, readers: Readers) -> Contender {
    let (sender, _) = broadcast::channel::<Bytes>(DEPTH);
    let inboxes: Vec<_> = (0..READERS).map(|_| sender.subscribe()).collect();
    contender(
        "tokio broadcast",
        flavour.runtime(),
        readers,
        sender,
        inboxes,
    )
}

/// A bounded channel for each reader.
pub fn channels(flavour: Flavour, readers: Readers) -> Contender {
    let (senders, inboxes): (Vec<_>, Vec<_>) =
        (0..READERS).map(|_| mpsc::channel::<Bytes>(DEPTH)).unzip();
    contender("1 000 mpsc", flavour.runtime(), readers, senders, inboxes)
}

fn contender<I: Inbox>(
    name: &'static str,
    place: Place,
    readers: Readers,
    outbox: impl Outbox,
    mut inboxes: Vec<I>,
) -> Contender {
    let published = Arc::new(Notify::new());
    let told = Arc::clone(&published);
    match readers {
        Readers::Tasks => {
            for mut inbox in inboxes {
                place.spawn(async move { while inbox.take().await.is_some() {} });
            }
        }
        Readers::One => place.spawn(async move {
            loop {
                told.notified().await;
                for inbox in &mut inboxes {
                    if inbox.take().await.is_none() {
                        return;
                    }
                }
            }
        }),
    }
    let (outbox, body) = (Arc::new(outbox), Arc::<[u8]>::from(load::body()));
    Contender::new(name, move |count| {
        let (outbox, body) = (Arc::clone(&outbox), Arc::clone(&body));
        let published = Arc::clone(&published);
        place.run(async move {
            for _ in 0..count {
                let pace = Pace::expecting(READERS);
                outbox.give(&body).await;
                published.notify_one();
                pace.end().await;
            }
        });
    })
}
