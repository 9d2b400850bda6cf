//! Groups, and what becomes of their deliveries.

use std::time::Duration;

use trunkline_core::{DeadReason, PublishOptions, Rejection, SubscribeOptions, Transport};
use trunkline_suite::mosquitto::Setup;

use crate::programs::{mosquitto_pub, mosquitto_sub};
use crate::{TOPIC, client, event, next, on, publish, text};

#[tokio::test]
async fn a_group_shares_its_work_with_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let group = SubscribeOptions::group("g", [on("calls.call.created")]);
    let mut subscription = mqtt.subscribe(group).await.unwrap();
    let share = ["-t", "$share/g/calls/call/created"];
    // It ends with the last of its share: the broker gives each in turn.
    let listening = mosquitto_sub(&broker, "witness", 10, &share);
    for number in 0..20 {
        publish(&mqtt, event(&number.to_string()), PublishOptions::new()).await;
    }
    let mut all = listening.lines();
    while all.len() < 20 {
        let delivery = next(&mut subscription).await;
        all.push(text(&delivery).to_owned());
        delivery.ack().await.unwrap();
    }
    all.sort_unstable_by_key(|number| number.parse::<u32>().unwrap());
    let expected: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    assert_eq!(all, expected);
}

#[tokio::test]
async fn last_values_and_dead_letters_are_there_for_mosquitto_sub() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let group = SubscribeOptions::group("g", [on("calls.call.created")]);
    let mut subscription = mqtt.subscribe(group).await.unwrap();
    let last = PublishOptions::new().with_retain(true);
    publish(&mqtt, event("the last value"), last).await;
    let kept = mosquitto_sub(&broker, "one", 1, &["-t", "calls/#", "-F", "%r|%p"]);
    assert_eq!(kept.lines(), ["1|the last value"]);
    let rejection = Rejection::new(DeadReason::Rejected, "no use");
    let delivery = next(&mut subscription).await;
    delivery.reject(rejection).await.unwrap();
    let dead = ["-t", "/trunkline/dead/g/#", "-F", "%p|%P"];
    let dead = mosquitto_sub(&broker, "other", 1, &dead).lines();
    assert!(dead[0].starts_with("the last value|"), "{dead:?}");
    assert!(dead[0].contains("x-trunkline-error:no use"), "{dead:?}");
}

#[tokio::test]
async fn what_mosquitto_pub_sends_waits_for_a_member_that_is_away() {
    let broker = Setup::new().start();
    let group = || SubscribeOptions::group("g", [on("calls.call.created")]);
    let mqtt = client(&broker, "us").await;
    mqtt.subscribe(group()).await.unwrap();
    mqtt.close().await.unwrap();
    mosquitto_pub(&broker, &["-t", TOPIC, "-m", "42"]);
    let mqtt = client(&broker, "us").await;
    let mut subscription = mqtt.subscribe(group()).await.unwrap();
    let delivery = next(&mut subscription).await;
    assert_eq!((text(&delivery), delivery.attempt()), ("42", 1));
    delivery.ack().await.unwrap();
}

#[tokio::test]
async fn a_retry_waits_where_mosquitto_sub_can_see_it() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let group = SubscribeOptions::group("g", [on("calls.call.created")]);
    let mut subscription = mqtt.subscribe(group).await.unwrap();
    publish(&mqtt, event("42"), PublishOptions::new()).await;
    let first = next(&mut subscription).await;
    first.nack(Duration::from_secs(1)).await.unwrap();
    let waiting = ["-t", "/trunkline/wait/g/#", "-F", "%r|%p"];
    let seen = mosquitto_sub(&broker, "witness", 1, &waiting).lines();
    assert_eq!(seen, ["1|42"]);
    let again = next(&mut subscription).await;
    assert_eq!((text(&again), again.attempt()), ("42", 2));
    again.ack().await.unwrap();
    // Acked, it is gone: what is kept there begins with the next one.
    publish(&mqtt, event("43"), PublishOptions::new()).await;
    let other = next(&mut subscription).await;
    other.nack(Duration::from_secs(1)).await.unwrap();
    let seen = mosquitto_sub(&broker, "another", 1, &waiting).lines();
    assert_eq!(seen, ["1|43"]);
}
