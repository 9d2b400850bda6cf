//! Kazoo's events through a service, on the in-memory transport.

use serde_json::json;
use trunkline_core::{
    Audience, DeadReason, HandlerError, Service, TenantEvent, TenantId, Transport,
};
use trunkline_kazoo::events::{ChannelAnswer, ChannelCreate, ChannelDestroy};

use crate::support::{ACME, OTHER, Stage, call, of_call, samples};

#[tokio::test(start_paused = true)]
async fn the_samples_reach_their_typed_handlers_with_account_and_owner() {
    let stage = Stage::new();
    let (created, answered, ended) = (stage.log(), stage.log(), stage.log());
    let service = Service::builder("calls", stage.bus.clone())
        .on(
            move |event: ChannelCreate, account: TenantId, audience: Audience| {
                let owner = &audience.named_users()[0];
                created(format!(
                    "created {} {account} {owner}",
                    event.call_id().unwrap()
                ));
                async {}
            },
        )
        .on(move |event: ChannelAnswer, account: TenantId| {
            answered(format!("answered {} {account}", event.call_id().unwrap()));
            async {}
        })
        .on(move |event: ChannelDestroy, account: TenantId| {
            ended(format!("ended {account} {:?}", event.billed().unwrap()));
            async {}
        })
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let [create, destroy] = &samples()[..2] else {
        panic!("two samples")
    };
    let mut answer = create.clone();
    answer["Event-Name"] = json!("CHANNEL_ANSWER");
    for message in [create, &answer, destroy] {
        assert!(!stage.deliver(of_call(message)).await.is_unroutable());
    }
    service.handle().settled(3).await;
    let account = "account0000000000000000000000002";
    assert_eq!(
        stage.noted(),
        [
            format!("answered at6dmu4ffk97vnlp6qfq {account}"),
            format!("created at6dmu4ffk97vnlp6qfq {account} 699ed7e3d583e2577ac017c575f87262"),
            format!("ended {account} 31s"),
        ]
    );
    service.drain().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_one_service_publishes_another_reads_with_its_account() {
    let stage = Stage::new();
    let log = stage.log();
    let service = Service::builder("calls", stage.bus.clone())
        .on(move |event: ChannelAnswer, account: TenantId| {
            log(format!("{account} {}", event.call_id().unwrap()));
            async {}
        })
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    for (account, call) in [(ACME, "a.1"), (OTHER, "b@2")] {
        let event = ChannelAnswer::new(call).for_tenant(account);
        stage.bus.publisher().publish(&event).await.unwrap();
    }
    service.handle().settled(2).await;
    assert_eq!(
        stage.noted(),
        [format!("{ACME} a.1"), format!("{OTHER} b@2")]
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_of_no_account_reaches_no_handler_of_accounts() {
    let stage = Stage::new();
    let log = stage.log();
    let service = Service::builder("calls", stage.bus.clone())
        .group("calls")
        .on(move |_event: ChannelAnswer, account: TenantId| {
            log(account.to_string());
            async {}
        })
        .on_name("CHANNEL_*", stage.note("system"))
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    stage
        .deliver(of_call(&call("CHANNEL_ANSWER", "c", None)))
        .await;
    service.handle().settled(1).await;
    assert_eq!(stage.noted(), ["system"]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_a_dead_letter_and_the_next_event_is_handled() {
    let stage = Stage::new();
    let log = stage.log();
    let service = Service::builder("calls", stage.bus.clone())
        .group("calls")
        .on(move |event: ChannelAnswer| {
            log(event.call_id().unwrap_or_default().to_owned());
            async { Ok::<(), HandlerError>(()) }
        })
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let good = of_call(&call("CHANNEL_ANSWER", "good", None));
    let mut erlang = good.clone();
    erlang
        .properties_mut()
        .set_content_type(Some("application/erlang"));
    let mut bomb = good.clone();
    bomb.properties_mut().set_content_encoding(Some("gzip"));
    for bad in [
        erlang,
        bomb,
        good.clone().with_body("{"),
        good.clone().with_body("[1]"),
        good.clone().with_body(r#"{"A":1,"A":2}"#),
    ] {
        stage.deliver(bad).await;
    }
    stage.deliver(good).await;
    service.handle().settled(6).await;
    assert_eq!(stage.noted(), ["good"]);
    let letters = stage
        .memory
        .dead_letters("calls")
        .await
        .unwrap()
        .list(None, 10)
        .await
        .unwrap();
    assert_eq!(letters.len(), 5);
    for (letter, words) in letters.iter().zip([
        "application/erlang",
        "gzip",
        "not JSON",
        "not an object",
        "twice",
    ]) {
        assert_eq!(letter.reason, DeadReason::Undecodable);
        assert!(letter.error.contains(words), "{}", letter.error);
    }
}
