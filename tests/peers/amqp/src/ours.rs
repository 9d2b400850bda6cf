//! Trunkline on RabbitMQ, put together as an application would.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use trunkline_core::{
    Bus, Ending, Envelope, Plain, PublishOptions, Publisher, RoutingKey, RunningService, Service,
};

use crate::contender::{Begun, Contender, Turn, timed};
use crate::{BODY, KEY, NAME, PREFETCH, bare};

const TENANT: &str = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9";

/// Where what is consumed is published: a group takes events by name from all that is on its exchange,
/// and what is there for others is not its to count.
const CONSUMED: &str = "consumed-by-trunkline";

async fn bus(url: &str, exchange: &str) -> Bus {
    let url = format!("{url}?exchange={exchange}");
    let amqp = trunkline_amqp::connect(&url).await;
    Bus::new(
        Arc::new(amqp.expect("RabbitMQ takes the connection")),
        Plain,
    )
}

fn envelope(key: &str, body: impl Into<bytes::Bytes>, persistent: bool) -> Envelope {
    let key = RoutingKey::new(key).expect("a key");
    let envelope = Envelope::new(key, body).with_header("name", NAME);
    let envelope = envelope.and_then(|envelope| envelope.with_header("tenant", TENANT));
    let mut envelope = envelope.expect("headers");
    envelope.properties_mut().set_persistent(persistent);
    envelope
}

async fn publish(publisher: &Publisher, envelope: Envelope) {
    let published = publisher
        .publish_envelope(envelope, PublishOptions::new())
        .await;
    let receipt = published.expect("the event is published");
    assert!(!receipt.is_unroutable());
}

/// Publishes with so many events unconfirmed at most.
pub fn publisher(url: &str, window: usize, persistent: bool) -> Contender {
    let runtime = bare::runtime();
    let queue = format!("ours-{window}-{persistent}");
    let publisher = runtime.block_on(async {
        let (connection, channel) = bare::connect(url).await;
        bare::declare(&channel, &queue, persistent, true).await;
        connection
            .close(200, "done".into())
            .await
            .expect("it closes");
        bus(url, "amq.topic").await.publisher()
    });
    Contender::new("trunkline", move |count| {
        let (publisher, key) = (publisher.clone(), format!("{queue}.{KEY}"));
        let work = async move {
            let each = stream::iter(0..count).map(|_| {
                let envelope = envelope(&key, &BODY[..], persistent);
                publish(&publisher, envelope)
            });
            each.buffered(window).for_each(|()| async {}).await;
        };
        runtime.block_on(async { tokio::spawn(timed(work)).await.expect("the turn ends") })
    })
}

/// Where the turn began: at its first delivery.
type First = Arc<OnceLock<Begun>>;

async fn start(url: &str, group: &str, first: &First) -> RunningService {
    let first = Arc::clone(first);
    let handle = move |envelope: Envelope| {
        first.get_or_init(Begun::now);
        assert_eq!(envelope.body().len(), BODY.len());
        async {}
    };
    let service = Service::builder("calld", bus(url, CONSUMED).await)
        .group(group)
        .prefetch(PREFETCH)
        .on_name(NAME, handle);
    let service = service.build().expect("a service");
    service.start().await.expect("the service starts")
}

/// Takes, finds the handler by a header, handles and acks.
pub fn consumer(url: &str) -> Contender {
    let runtime = bare::runtime();
    let url = url.to_owned();
    Contender::new("trunkline", move |count| {
        let url = url.clone();
        let work = async move {
            let group = "ours-consume";
            let first = First::default();
            // So that the queue is there when it is filled.
            let running = start(&url, group, &first).await;
            running.drain().await.expect("the service drains");
            bare::fill(&url, CONSUMED, KEY, count).await;
            let service = start(&url, group, &first).await;
            let handle = service.handle();
            handle.settled(count).await;
            let turn = first.get().map(|first| first.end()).unwrap_or_default();
            assert_eq!(handle.ended(&Ending::Acked), count);
            service.drain().await.expect("the service drains");
            turn
        };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}

/// Publishes one event a millisecond and takes the time until its handler has it.
pub fn latency(url: &str) -> Contender {
    let runtime = bare::runtime();
    let url = url.to_owned();
    Contender::new("trunkline", move |count| {
        let url = url.clone();
        let work = async move { pace(&url, bare::latency_count(count)).await };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}

async fn pace(url: &str, count: u64) -> Turn {
    let epoch = Instant::now();
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&latencies);
    let note = move |envelope: Envelope| {
        let latency = bare::since(epoch, envelope.body());
        seen.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(latency);
        async {}
    };
    let service = Service::builder("calld", bus(url, "amq.topic").await)
        .live()
        .on_name(NAME, note);
    let service = service.build().expect("a service");
    let running = service.start().await.expect("the service starts");
    let publisher = running.publisher();
    let mut turn = timed(async {
        let mut clock = tokio::time::interval(Duration::from_millis(1));
        for _ in 0..count {
            clock.tick().await;
            let envelope = envelope(KEY, bare::stamp(epoch), false);
            let publisher = publisher.clone();
            // As the bare client's: nobody waits for the confirm before the next.
            tokio::spawn(async move { publish(&publisher, envelope).await });
        }
        running.handle().settled(count).await;
    })
    .await;
    running.drain().await.expect("the service drains");
    turn.latencies = std::mem::take(&mut *latencies.lock().unwrap_or_else(PoisonError::into_inner));
    turn
}
