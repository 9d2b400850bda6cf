//! What the broker does not take.

use std::time::Duration;

use tokio::time::sleep;
use trunkline_conformance::{Mark, within};
use trunkline_core::{Binding, PublishOptions, SubscribeOptions, Transport, TransportErrorKind};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::load::{GROUP, PATIENCE, ask, client, event, member, vhost};

/// The channels on which the broker confirms, one for each publishing client.
fn publishing_channels(vhost: &Vhost) -> String {
    vhost.node().eval(&format!(
        "[proplists:get_value(pid, I) || I <- rabbit_channel:info_all([pid, vhost, confirm]), \
             proplists:get_value(vhost, I) =:= <<\"{}\">>, proplists:get_value(confirm, I)]",
        vhost.name()
    ))
}

fn mark(sequence: u32) -> Mark {
    Mark {
        run: 1,
        publisher: 1,
        sequence,
    }
}

/// A full queue cannot be told from a channel that refuses everything, and neither may cost the queues beside it
/// more than one copy.
#[tokio::test]
async fn what_the_broker_does_not_take_is_sent_once_more_and_on_another_channel() {
    let vhost = vhost(Node::shared).await;
    let rabbit = client(&vhost, vhost.node().port()).await;
    member(&rabbit, 1).await.close().await.unwrap();
    let binding = Binding::builder().key("load.#").build().unwrap();
    let beside = SubscribeOptions::group("beside", [binding]);
    let beside = rabbit.subscribe(beside).await.unwrap();
    beside.close().await.unwrap();
    ask(&vhost, |vhost| {
        let full = r#"{<<"max-length">>, 1}, {<<"overflow">>, <<"reject-publish">>}"#;
        vhost.set_policy(&format!("^{GROUP}$"), full);
    })
    .await;
    let publish = |sequence| rabbit.publish(event(mark(sequence)), PublishOptions::new());
    publish(1).await.unwrap();
    let first = ask(&vhost, publishing_channels).await;
    let refused = publish(2).await.unwrap_err();
    assert_eq!(refused.kind(), TransportErrorKind::Broker, "{refused:?}");
    assert!(refused.is_retryable(), "{refused:?}");
    within(PATIENCE, "another channel to publish on", async {
        while ask(&vhost, publishing_channels).await == first {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    within(PATIENCE, "the second and its double", async {
        while ask(&vhost, |vhost| vhost.messages("beside")).await < Some(3) {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    ask(&vhost, |vhost| vhost.clear_policy(&format!("^{GROUP}$"))).await;
    publish(3).await.unwrap();
    within(PATIENCE, "the third", async {
        while ask(&vhost, |vhost| vhost.messages("beside")).await < Some(4) {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let held = ask(&vhost, |vhost| vhost.messages("beside")).await;
    assert_eq!(held, Some(4), "each once, and the refused one twice");
    rabbit.close().await.unwrap();
}
