//! A service whose next version asks for less than the last.

use std::sync::Arc;

use trunkline_conformance::within;
use trunkline_core::{
    Binding, Bus, Ending, Envelope, Plain, PublishOptions, Routing, RoutingKey, RunningService,
    Service, SubscribeOptions, Transport,
};
use trunkline_suite::rabbitmq::Node;

use crate::load::{PATIENCE, client, vhost};

fn binding(key: &str) -> Binding {
    Binding::builder().key(key).build().unwrap()
}

async fn version(bus: &Bus, patterns: &[&str]) -> RunningService {
    let mut service = Service::builder("billing", bus.clone()).group("billing");
    for pattern in patterns {
        service = service.on_binding(binding(pattern), || async {});
    }
    service.build().unwrap().start().await.unwrap()
}

async fn publish(bus: &Bus, key: &str) -> Routing {
    let envelope = Envelope::new(RoutingKey::new(key).unwrap(), "{}");
    let published = bus.transport().publish(envelope, PublishOptions::new());
    published.await.unwrap().routing
}

/// AMQP cannot list bindings, so that nobody can know which are left over: they are neither hidden
/// nor held against the service.
#[tokio::test]
async fn what_an_earlier_version_was_bound_to_comes_until_it_is_unbound() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    let bus = Bus::new(Arc::clone(&rabbit) as Arc<dyn Transport>, Plain);
    let first = version(&bus, &["calls.#", "queues.#"]).await;
    first.drain().await.unwrap();
    let second = version(&bus, &["calls.#"]).await;
    assert_eq!(publish(&bus, "queues.1.paused").await, Routing::Routed);
    let settled = second.handle().clone();
    within(PATIENCE, "the event left over", settled.settled(1)).await;
    assert_eq!(settled.ended(&Ending::Unhandled), 1);
    second.drain().await.unwrap();

    let options = SubscribeOptions::group("billing", [binding("calls.#")]);
    let member = rabbit.subscribe(options).await.unwrap();
    let control = member.control();
    control.bind(binding("queues.#")).await.unwrap();
    assert!(control.unbind(&binding("queues.#")).await.unwrap());
    assert_eq!(publish(&bus, "queues.1.paused").await, Routing::Unroutable);
    assert_eq!(publish(&bus, "calls.1.created").await, Routing::Routed);
    member.close().await.unwrap();
    rabbit.close().await.unwrap();
}
