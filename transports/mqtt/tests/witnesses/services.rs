//! Requests and answers.

use trunkline_core::{Envelope, PublishOptions, RoutingKey, SubscribeOptions, Transport};
use trunkline_suite::mosquitto::Setup;

use crate::programs::{mosquitto_rr, mosquitto_sub};
use crate::{client, event, next, on, publish, text};

#[tokio::test]
async fn mosquitto_rr_asks_and_gets_our_answer() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let live = SubscribeOptions::live([on("calls.ask")]);
    let mut questions = mqtt.subscribe(live).await.unwrap();
    let question = ["-t", "calls/ask", "-e", "answers/rr", "-m", "how many?"];
    let asking = mosquitto_rr(&broker, &question);
    let asked = next(&mut questions).await;
    assert_eq!(text(&asked), "how many?");
    let reply_to = asked.envelope().properties().reply_to().unwrap();
    assert_eq!(reply_to, "answers.rr");
    let answer = Envelope::new(RoutingKey::new(reply_to).unwrap(), "42");
    publish(&mqtt, answer, PublishOptions::new()).await;
    assert_eq!(asking.lines(), ["42"]);
}

#[tokio::test]
async fn mosquitto_sub_reads_where_our_answers_are_to_go() {
    let broker = Setup::new().start();
    let mqtt = client(&broker, "us").await;
    let listening = mosquitto_sub(&broker, "witness", 1, &["-t", "calls/#", "-F", "%R|%D|%P"]);
    let mut question = event("how many?")
        .with_correlation_id("question-1")
        .with_header("traceparent", "00-1-2-01")
        .unwrap();
    question.properties_mut().set_reply_to(Some("answers.us"));
    publish(&mqtt, question, PublishOptions::new()).await;
    let lines = listening.lines();
    assert!(lines[0].starts_with("answers/us|question-1|"), "{lines:?}");
    assert!(lines[0].contains("traceparent:00-1-2-01"), "{lines:?}");
}
