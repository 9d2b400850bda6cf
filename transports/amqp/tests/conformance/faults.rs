//! What goes wrong, and how.

use std::time::Duration;

use tokio::time::sleep;
use trunkline_conformance::{Fault, NotOffered};
use trunkline_suite::proxy::Mode;

use crate::under_test::RabbitUnderTest;

/// Long enough for a publish to be on its way, and short beside a heartbeat.
const MUTE: Duration = Duration::from_millis(400);

pub(crate) async fn inflict(broker: &RabbitUnderTest, fault: Fault<'_>) -> Result<(), NotOffered> {
    match fault {
        Fault::Cut { client } => broker.links_of(client).await.cut(),
        Fault::Kill { client } => {
            let links = broker.links_of(client).await;
            links.set(Mode::Refuse).await;
            links.cut();
            // What is left of a killed client in this process must do nothing any more.
            if let Some(client) = links.client() {
                trunkline_core::Transport::close(&*client).await.unwrap();
            }
        }
        Fault::Freeze { client } => broker.links_of(client).await.set(Mode::Stall).await,
        Fault::Thaw { client } => broker.links_of(client).await.set(Mode::Pass).await,
        Fault::LoseConfirm { client } => {
            let links = broker.links_of(client).await;
            links.set(Mode::Mute).await;
            tokio::spawn(async move {
                sleep(MUTE).await;
                links.cut();
                links.set(Mode::Pass).await;
            });
        }
        Fault::LoseAddress { client } => {
            let links = broker.links_of(client).await;
            links.proxies[0].set(Mode::Refuse).await;
            links.proxies[0].cut();
        }
        Fault::Stop => broker.ask(|vhost| vhost.node().stop_broker()).await,
        Fault::Start => broker.ask(|vhost| vhost.node().start_broker()).await,
        Fault::Restart => {
            let restart = |vhost: &trunkline_suite::rabbitmq::Vhost| {
                vhost.node().stop_broker();
                vhost.node().start_broker();
            };
            broker.ask(restart).await;
        }
        Fault::Block => {
            broker
                .ask(|vhost| vhost.node().set_memory_alarm(true))
                .await
        }
        Fault::Unblock => {
            broker
                .ask(|vhost| vhost.node().set_memory_alarm(false))
                .await
        }
        Fault::Evict { client } => {
            let client = client.to_owned();
            broker
                .ask(move |vhost| vhost.close_connections(&client))
                .await;
        }
        Fault::DropQueue { group } => {
            let group = group.to_owned();
            broker.ask(move |vhost| vhost.delete_queue(&group)).await;
        }
        Fault::ForeignQueue { group } => {
            let group = group.to_owned();
            broker
                .ask(move |vhost| vhost.declare_queue(&group, "x-max-length", 7))
                .await;
        }
        Fault::LimitDeliveries { group, limit } if broker.setup.is_quorum() => {
            let (group, limit) = (group.to_owned(), limit.to_string());
            broker
                .ask(move |vhost| {
                    let definition = format!("{{\"delivery-limit\":{limit}}}");
                    let pattern = format!("^{group}$");
                    let set = [
                        "set_policy",
                        "-p",
                        vhost.name(),
                        "limit",
                        &pattern,
                        &definition,
                    ];
                    vhost.node().ctl(&set);
                })
                .await;
        }
        other => return Err(NotOffered(other.need())),
    }
    Ok(())
}
