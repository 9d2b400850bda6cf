//! The link misbehaves in every way a proxy can make it, under load.

use std::time::Duration;

use tokio::time::sleep;
use trunkline_conformance::Scale;
use trunkline_core::Transport;
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::rabbitmq::Node;

use crate::load::{BACK, Load, PATIENCE, Reader, WINDOW, client, member, vhost};

const PUBLISHERS: u32 = 20;

/// What the link does for a while, and whether the connections that are up are cut first.
const TROUBLES: [(Mode, bool); 6] = [
    (Mode::Pass, true),
    (Mode::Refuse, true),
    (Mode::AcceptAndClose, true),
    (Mode::Stall, false),
    (Mode::Mute, false),
    (Mode::Delay(Duration::from_millis(20)), false),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_cut_stalled_muted_and_delayed_loses_nothing() {
    let vhost = vhost(Node::shared).await;
    let proxy = Proxy::to_port(vhost.node().port()).await;
    let rabbit = client(&vhost, proxy.port()).await;
    let reader = Reader::of(member(&rabbit, WINDOW).await);
    let load = Load::begin(&rabbit, PUBLISHERS, Duration::from_millis(2));
    let mut troubles = TROUBLES.repeat(Scale::from_env().of(1, 20));
    fastrand::shuffle(&mut troubles);
    for &(mode, cut) in &troubles {
        load.goes_on(50, PATIENCE, &format!("before {mode:?}"))
            .await;
        proxy.set(mode).await;
        if cut {
            proxy.cut();
        }
        sleep(Duration::from_millis(fastrand::u64(100..1000))).await;
        // What the broker has said meanwhile never arrives: confirms and deliveries alike.
        if mode == Mode::Mute {
            proxy.cut();
        }
        proxy.set(Mode::Pass).await;
        load.goes_on(1, BACK, &format!("after {mode:?}")).await;
    }
    let ledger = load.end().await;
    let tally = reader.all_of(&ledger).await;
    let in_flight = PUBLISHERS as usize + usize::from(WINDOW);
    tally.at_least_once("the group", troubles.len() * in_flight);
    rabbit.close().await.unwrap();
}
