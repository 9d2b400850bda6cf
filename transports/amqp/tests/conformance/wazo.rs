//! The Wazo profile among clients of other makes.

use serde_json::{Value as Json, json};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline_amqp::Amqp;
use trunkline_core::{
    Binding, Envelope, PublishOptions, Routing, RoutingKey, SubscribeOptions, Transport,
};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::act::{Act, PATIENCE};

/// A virtual host with a client of ours in it.
async fn stack(parameters: &str) -> (Vhost, Amqp) {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    let url = format!("{}?profile=wazo{parameters}", vhost.url());
    let rabbit = trunkline_amqp::connect(&url).await.unwrap();
    (vhost, rabbit)
}

/// An event as a Wazo service publishes it.
fn event() -> Envelope {
    let body = json!({"name": "call_created", "data": {"call_id": "1.42"}});
    Envelope::new(
        RoutingKey::new("calls.1.created").unwrap(),
        body.to_string(),
    )
    .with_header("name", "call_created")
    .unwrap()
    .with_header("user_uuid:*", true)
    .unwrap()
    .with_content_type("application/json")
}

async fn publish_ours(rabbit: &Amqp) {
    let receipt = rabbit.publish(event(), PublishOptions::new()).await;
    assert_eq!(receipt.unwrap().routing, Routing::Routed);
}

fn assert_ours(heard: &Json, exchange: &str) {
    assert_eq!(heard["exchange"], exchange, "{heard}");
    assert_eq!(heard["key"], "calls.1.created", "{heard}");
    assert_eq!(heard["headers"]["name"], "call_created", "{heard}");
    assert_eq!(heard["headers"]["user_uuid:*"], json!(true), "a boolean");
    assert_eq!(heard["content_type"], "application/json", "{heard}");
    assert_eq!(heard["body"]["data"]["call_id"], "1.42", "{heard}");
}

#[tokio::test]
async fn a_kombu_consumer_on_xivo_hears_our_events_by_their_routing_key() {
    let (vhost, rabbit) = stack("&exchange=xivo").await;
    let (_, kombu) = Act::start("wazo.py", &vhost, "hear_on_xivo", "calls.*.created")
        .await
        .says()
        .await;
    publish_ours(&rabbit).await;
    let (heard, _) = kombu.says().await;
    assert_ours(&heard, "xivo");
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn a_pika_consumer_on_wazo_headers_hears_our_events_by_their_headers() {
    let (vhost, rabbit) = stack("").await;
    let (_, pika) = Act::start("wazo.py", &vhost, "hear_on_headers", "call_created")
        .await
        .says()
        .await;
    publish_ours(&rabbit).await;
    let (heard, _) = pika.says().await;
    assert_ours(&heard, "wazo-headers");
    rabbit.close().await.unwrap();
}

/// Our durable group on `wazo-headers` hears what others publish there, or on `xivo`.
async fn our_group_hears(act: &'static str) {
    let (vhost, rabbit) = stack("").await;
    let binding = Binding::builder().name("call_created").build().unwrap();
    let options = SubscribeOptions::group("billing", [binding]);
    let mut group = rabbit.subscribe(options).await.unwrap();
    let (told, _) = Act::start("wazo.py", &vhost, act, "calls.1.created")
        .await
        .says()
        .await;
    assert_eq!(told["told"], true);
    let delivery = timeout(PATIENCE, group.recv()).await.unwrap().unwrap();
    let envelope = delivery.envelope();
    assert_eq!(envelope.routing_key().as_str(), "calls.1.created");
    assert_eq!(envelope.headers().text("name"), Some("call_created"));
    let audience = envelope.headers().get("user_uuid:*").unwrap().to_value();
    assert_eq!(audience, true.into());
    let body: Json = serde_json::from_slice(envelope.body()).unwrap();
    assert_eq!(body["data"]["call_id"], "1.42");
    delivery.ack().await.unwrap();
    rabbit.close().await.unwrap();
}

#[tokio::test]
async fn our_group_hears_what_pika_publishes_on_wazo_headers() {
    our_group_hears("tell_on_headers").await;
}

#[tokio::test]
async fn our_group_hears_what_kombu_publishes_on_xivo() {
    our_group_hears("tell_on_xivo").await;
}
