//! A cluster of three nodes, of which one is killed.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};
use trunkline_amqp::Amqp;
use trunkline_conformance::within;
use trunkline_core::{
    Binding, Envelope, Health, PublishOptions, Routing, RoutingKey, SubscribeOptions, Subscription,
    Transport,
};
use trunkline_suite::rabbitmq::{Cluster, Vhost};

use crate::load::{GROUP, Load, PARAMETERS, PATIENCE, Reader, WINDOW, member};

const PUBLISHERS: u32 = 20;

/// A virtual host on a cluster, asked by a node that is not killed.
struct Stage {
    cluster: Cluster,
    vhost: Vhost,
}

impl Stage {
    /// A client that knows every node, in this order.
    async fn client(&self, queue: &str) -> Arc<Amqp> {
        let ports = self.cluster.nodes().iter().map(|node| node.port());
        let hosts: Vec<_> = ports.map(|port| format!("127.0.0.1:{port}")).collect();
        let name = self.vhost.name();
        let hosts = hosts.join(",");
        let url = format!("amqp://{name}:{name}@{hosts}/{name}?{PARAMETERS}&queue={queue}");
        Arc::new(trunkline_amqp::connect(&url).await.unwrap())
    }
}

/// What holds of a cluster, in one test and with one kill: three Erlang machines are dear, and so is
/// each start of one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_whose_leader_is_killed_under_load_loses_nothing() {
    let begun = spawn_blocking(|| {
        let cluster = Cluster::of_three();
        let vhost = Vhost::new(Arc::clone(&cluster.nodes()[2]));
        Stage { cluster, vhost }
    });
    let stage = Arc::new(begun.await.unwrap());
    let rabbit = stage.client("quorum").await;
    let reader = Reader::of(member(&rabbit, WINDOW).await);
    let mut ledger = Ledger::open(&stage).await;
    let load = Load::begin(&rabbit, PUBLISHERS, Duration::from_millis(5));
    load.goes_on(500, PATIENCE, "before the leader is killed")
        .await;
    let killed = spawn_blocking({
        let stage = Arc::clone(&stage);
        move || {
            let leader = Arc::clone(stage.cluster.leader(&stage.vhost, GROUP));
            // Led, and kept, from where the clients are connected: the first of their nodes.
            assert!(Arc::ptr_eq(&leader, &stage.cluster.nodes()[0]));
            leader.kill();
            leader
        }
    });
    let leader = killed.await.unwrap();
    let killed = Instant::now();
    // The channel made after the kill refuses everything, where it comes before the next leader: it is not
    // stayed with.
    load.goes_on(1, PATIENCE, "by the two that are left").await;
    println!("publishing again {:?} after the kill", killed.elapsed());
    load.goes_on(500, PATIENCE, "by the two that are left")
        .await;
    let confirmed = load.end().await;
    let tally = reader.all_of(&confirmed).await;
    tally.at_least_once("the group", PUBLISHERS as usize + usize::from(WINDOW));
    rabbit.close().await.unwrap();
    ledger.waits_for_its_queue().await;
    spawn_blocking(move || leader.start()).await.unwrap();
    ledger.goes_on().await;
    spawn_blocking(move || drop(stage)).await.unwrap();
}

/// A group on a classic queue, which is on one node.
struct Ledger {
    rabbit: Arc<Amqp>,
    subscription: Subscription,
}

impl Ledger {
    async fn open(stage: &Stage) -> Self {
        let rabbit = stage.client("classic").await;
        let binding = Binding::builder().key("ledger.#").build().unwrap();
        let options = SubscribeOptions::group("ledger", [binding]);
        let subscription = rabbit.subscribe(options).await.unwrap();
        Self {
            rabbit,
            subscription,
        }
    }

    async fn waits_for_its_queue(&self) {
        let mut health = self.rabbit.health();
        let told = health.wait_for(|health| {
            matches!(health, Health::Degraded { reason, .. } if reason.contains("home node"))
        });
        let told = within(PATIENCE, "word of the queue that is away", told).await;
        drop(told.unwrap());
    }

    async fn goes_on(&mut self) {
        let mut health = self.rabbit.health();
        let running = health.wait_for(Health::is_running);
        let running = within(PATIENCE, "the queue's return", running).await;
        drop(running.unwrap());
        let key = RoutingKey::new("ledger.entry").unwrap();
        let entry = Envelope::new(key, "42");
        let published = self.rabbit.publish(entry, PublishOptions::new()).await;
        assert_eq!(published.unwrap().routing, Routing::Routed);
        let delivery = timeout(PATIENCE, self.subscription.recv()).await;
        let delivery = delivery.unwrap().unwrap();
        assert_eq!(delivery.envelope().body()[..], *b"42");
        delivery.ack().await.unwrap();
        self.rabbit.close().await.unwrap();
    }
}
