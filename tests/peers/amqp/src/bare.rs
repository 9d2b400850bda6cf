//! Bare `lapin`, used as its own examples do, with acks gathered where told.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions,
    ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use tokio::runtime::Runtime;

use crate::contender::{Begun, Contender, Turn, timed};
use crate::{BODY, KEY, NAME, PREFETCH};

/// The headers our own envelope of this event has on the wire.
pub fn headers() -> FieldTable {
    let mut headers = FieldTable::default();
    headers.insert("name".into(), AMQPValue::LongString(NAME.into()));
    let tenant = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9";
    headers.insert("tenant".into(), AMQPValue::LongString(tenant.into()));
    headers
}

pub fn runtime() -> Rc<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let built = builder.worker_threads(2).enable_all().build();
    Rc::new(built.expect("a runtime starts"))
}

pub async fn connect(url: &str) -> (Connection, Channel) {
    let connected = Connection::connect(url, ConnectionProperties::default()).await;
    let connection = connected.expect("RabbitMQ takes the connection");
    let channel = connection.create_channel().await.expect("a channel opens");
    (connection, channel)
}

/// Declares a queue bound to `amq.topic`; one that drops its oldest where `short`, so that publishing
/// is measured, and not a queue that grows.
pub async fn declare(channel: &Channel, queue: &str, durable: bool, short: bool) {
    let options = QueueDeclareOptions {
        durable,
        auto_delete: false,
        ..QueueDeclareOptions::default()
    };
    let mut arguments = FieldTable::default();
    if short {
        arguments.insert("x-max-length".into(), AMQPValue::LongInt(1000));
    }
    let declared = channel
        .queue_declare(queue.into(), options, arguments)
        .await;
    declared.expect("the queue is declared");
    let (exchange, key) = ("amq.topic", format!("{queue}.#"));
    let bound = channel
        .queue_bind(
            queue.into(),
            exchange.into(),
            key.as_str().into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await;
    bound.expect("the queue is bound");
}

fn properties(persistent: bool) -> BasicProperties {
    BasicProperties::default()
        .with_headers(headers())
        .with_delivery_mode(if persistent { 2 } else { 1 })
}

/// Publishes with so many confirms outstanding at most.
pub async fn publish(
    channel: &Channel,
    exchange: &str,
    key: &str,
    properties: &BasicProperties,
    body: &[u8],
    count: u64,
    window: usize,
) {
    let mut unconfirmed = VecDeque::with_capacity(window);
    for _ in 0..count {
        if unconfirmed.len() == window {
            confirmed(unconfirmed.pop_front().expect("there is an oldest")).await;
        }
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        let sent = channel
            .basic_publish(
                exchange.into(),
                key.into(),
                options,
                body,
                properties.clone(),
            )
            .await;
        unconfirmed.push_back(sent.expect("the event is sent"));
    }
    for confirm in unconfirmed {
        confirmed(confirm).await;
    }
}

async fn confirmed(answer: impl Future<Output = lapin::Result<lapin::Confirmation>>) {
    assert!(answer.await.expect("the broker answers").is_ack());
}

/// Publishes to `amq.topic`, as the windows of all contenders do.
pub fn publisher(url: &str, window: usize, persistent: bool) -> Contender {
    let runtime = runtime();
    let queue = format!("bare-{window}-{persistent}");
    let (connection, channel) = runtime.block_on(async {
        let (connection, channel) = connect(url).await;
        declare(&channel, &queue, persistent, true).await;
        let confirms = channel
            .confirm_select(ConfirmSelectOptions::default())
            .await;
        confirms.expect("confirms are on");
        (connection, channel)
    });
    Contender::new("lapin", move |count| {
        let _keep = &connection;
        let (channel, key) = (channel.clone(), format!("{queue}.{KEY}"));
        let work = async move {
            let properties = properties(persistent);
            publish(&channel, "amq.topic", &key, &properties, &BODY, count, window).await;
        };
        runtime.block_on(async { tokio::spawn(timed(work)).await.expect("the turn ends") })
    })
}

/// Fills a queue, so that taking from it is measured alone.
pub async fn fill(url: &str, exchange: &str, key: &str, count: u64) {
    let (connection, channel) = connect(url).await;
    let confirms = channel
        .confirm_select(ConfirmSelectOptions::default())
        .await;
    confirms.expect("confirms are on");
    publish(&channel, exchange, key, &properties(false), &BODY, count, 1000).await;
    connection
        .close(200, "done".into())
        .await
        .expect("it closes");
}

/// Takes and acks, `gather` deliveries with one ack.
pub fn consumer(url: &str, name: &'static str, gather: u64) -> Contender {
    let runtime = runtime();
    let (url, queue) = (url.to_owned(), format!("bare-consume-{gather}"));
    Contender::new(name, move |count| {
        let (url, queue) = (url.clone(), queue.clone());
        let work = async move {
            let (connection, channel) = connect(&url).await;
            declare(&channel, &queue, true, false).await;
            fill(&url, "amq.topic", &format!("{queue}.{KEY}"), count).await;
            let qos = channel
                .basic_qos(PREFETCH, BasicQosOptions::default())
                .await;
            qos.expect("the prefetch is set");
            let turn = take(&channel, &queue, count, gather).await;
            connection
                .close(200, "done".into())
                .await
                .expect("it closes");
            turn
        };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}

/// Measured from the first delivery, as with all contenders: how long each takes to set itself up is
/// another question.
async fn take(channel: &Channel, queue: &str, count: u64, gather: u64) -> Turn {
    let options = BasicConsumeOptions::default();
    let consuming = channel.basic_consume(queue.into(), "".into(), options, FieldTable::default());
    let mut consumer = consuming.await.expect("consuming begins");
    let mut begun = None;
    for taken in 1..=count {
        let delivery = consumer
            .next()
            .await
            .expect("there is more")
            .expect("a delivery");
        begun.get_or_insert_with(Begun::now);
        assert_eq!(delivery.data.len(), BODY.len());
        if taken % gather == 0 || taken == count {
            let options = BasicAckOptions {
                multiple: gather > 1,
            };
            delivery.ack(options).await.expect("the ack is sent");
        }
    }
    begun.map(Begun::end).unwrap_or_default()
}

/// Publishes one event a millisecond and takes the time until it is there.
pub fn latency(url: &str) -> Contender {
    let runtime = runtime();
    let url = url.to_owned();
    Contender::new("lapin", move |count| {
        let url = url.clone();
        let work = async move { pace(&url, latency_count(count)).await };
        runtime.block_on(async { tokio::spawn(work).await.expect("the turn ends") })
    })
}

/// A second of events for every 10 000 that other cases have.
pub fn latency_count(count: u64) -> u64 {
    (count / 10).max(100)
}

async fn pace(url: &str, count: u64) -> Turn {
    let (queue, key) = ("bare-latency", format!("bare-latency.{KEY}"));
    let (taking, inbound) = connect(url).await;
    declare(&inbound, queue, false, false).await;
    let purged = inbound
        .queue_purge(queue.into(), QueuePurgeOptions::default())
        .await;
    purged.expect("the queue is empty");
    let consuming = inbound.basic_consume(
        queue.into(),
        "".into(),
        BasicConsumeOptions::default(),
        FieldTable::default(),
    );
    let mut consumer = consuming.await.expect("consuming begins");
    let epoch = Instant::now();
    let reader = tokio::spawn(async move {
        let mut latencies = Vec::new();
        while latencies.len() < count as usize {
            let delivery = consumer
                .next()
                .await
                .expect("there is more")
                .expect("a delivery");
            latencies.push(since(epoch, &delivery.data));
            delivery
                .ack(BasicAckOptions::default())
                .await
                .expect("the ack is sent");
        }
        latencies
    });
    let (giving, outbound) = connect(url).await;
    let confirms = outbound
        .confirm_select(ConfirmSelectOptions::default())
        .await;
    confirms.expect("confirms are on");
    let mut turn = timed(async {
        let mut clock = tokio::time::interval(Duration::from_millis(1));
        for _ in 0..count {
            clock.tick().await;
            let (options, properties) = (BasicPublishOptions::default(), properties(false));
            let sent = outbound
                .basic_publish(
                    "amq.topic".into(),
                    key.as_str().into(),
                    options,
                    &stamp(epoch),
                    properties,
                )
                .await;
            drop(sent.expect("the event is sent"));
        }
    })
    .await;
    turn.latencies = reader.await.expect("all arrive");
    for connection in [taking, giving] {
        connection
            .close(200, "done".into())
            .await
            .expect("it closes");
    }
    turn
}

/// A body that begins with the time it was made.
pub fn stamp(epoch: Instant) -> Vec<u8> {
    let mut body = BODY.to_vec();
    body[..8].copy_from_slice(&(epoch.elapsed().as_nanos() as u64).to_le_bytes());
    body
}

pub fn since(epoch: Instant, body: &[u8]) -> Duration {
    let made = u64::from_le_bytes(body[..8].try_into().expect("a body begins with its time"));
    epoch.elapsed().saturating_sub(Duration::from_nanos(made))
}
