//! R1 to R6: requests and answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use trunkline_core::{
    Delivery, RequestError, Requester, SubscribeOptions, UnroutableDetection, answer,
};

use crate::Client;
use crate::case::{Outcome, Verdict};
use crate::cases::groups::claims_groups;
use crate::client::{until, within};
use crate::stage::Stage;

/// Answers each request with its own body, `answer:` in front.
async fn respond(client: &Client, delivery: Delivery) {
    let body = [b"answer:", &delivery.envelope().body()[..]].concat();
    let transport = client.transport();
    answer(&**transport, delivery.envelope(), body)
        .await
        .expect("an answer can be published");
    delivery.ack().await.expect("a delivery can be acked");
}

/// Answers every request; says how many there were.
async fn responder(client: &Client, options: SubscribeOptions) -> (JoinHandle<()>, Arc<AtomicU64>) {
    let mut inbox = client.subscribe(options).await;
    let (client, asked) = (client.clone(), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&asked);
    let task = tokio::spawn(async move {
        while let Some(delivery) = inbox.subscription().recv().await {
            count.fetch_add(1, Ordering::Relaxed);
            respond(&client, delivery).await;
        }
    });
    (task, asked)
}

async fn requester(client: &Client) -> Requester {
    let requester = Requester::open(client.transport().clone()).await;
    requester.unwrap_or_else(|error| panic!("no place for answers: {error:?}"))
}

/// Asks and holds that the answer is the one to this request.
async fn ask(stage: &Stage, requester: &Requester) {
    let question = stage.event("lookup");
    let wanted = [b"answer:", &question.body()[..]].concat();
    let asked = requester.request(question, stage.patience());
    let answer = within(2 * stage.patience(), "an answer", asked).await;
    let answer = answer.unwrap_or_else(|error| panic!("no answer: {error:?}"));
    assert_eq!(answer.body(), &wanted, "another one's answer");
}

/// R1. A request gets its answer, one.
///
/// # Panics
/// When the promise is broken.
pub async fn a_request_gets_one_answer(stage: &Stage) -> Outcome {
    let (asking, answering) = (
        stage.client("asking").await,
        stage.client("answering").await,
    );
    let live = SubscribeOptions::live([stage.on("lookup")]);
    let (task, asked) = responder(&answering, live).await;
    let requester = requester(&asking).await;
    for _ in 0..10 {
        ask(stage, &requester).await;
    }
    assert_eq!(
        asked.load(Ordering::Relaxed),
        10,
        "requests that reached the responder"
    );
    assert_eq!(requester.late_answers(), 0, "answers nobody waits for");
    task.abort();
    Ok(Verdict::Kept)
}

/// R2. A request nobody answers times out; where the transport can tell that nobody is there, it
/// fails at once.
///
/// # Panics
/// When the promise is broken.
pub async fn a_request_nobody_answers_ends(stage: &Stage) -> Outcome {
    let client = stage.client("client").await;
    let requester = requester(&client).await;
    let (patience, begun) = (Duration::from_secs(2), Instant::now());
    let outcome = requester
        .request(stage.event("nobody.there"), patience)
        .await;
    let Err(error) = outcome else {
        panic!("an answer out of nowhere: {outcome:?}")
    };
    let (nobody, timeout) = (
        matches!(error, RequestError::Nobody),
        matches!(error, RequestError::Timeout { .. }),
    );
    match client.capabilities().unroutable {
        UnroutableDetection::Always => assert!(nobody, "{error:?}"),
        UnroutableDetection::Advisory => assert!(nobody || timeout, "{error:?}"),
        _ => assert!(timeout, "{error:?}"),
    }
    let took = begun.elapsed();
    assert!(
        nobody && took < patience || timeout && took >= patience,
        "{error:?} after {took:?}"
    );
    Ok(Verdict::Kept)
}

/// R3. An answer that comes after its request timed out is dropped and counted, and disturbs no
/// later request.
///
/// # Panics
/// When the promise is broken.
pub async fn a_late_answer_is_dropped_and_counted(stage: &Stage) -> Outcome {
    let (asking, answering) = (
        stage.client("asking").await,
        stage.client("answering").await,
    );
    let mut inbox = answering
        .subscribe(SubscribeOptions::live([stage.on("lookup")]))
        .await;
    let requester = requester(&asking).await;
    let outcome = requester
        .request(stage.event("lookup"), Duration::from_millis(200))
        .await;
    assert!(
        matches!(outcome, Err(RequestError::Timeout { .. })),
        "{outcome:?}"
    );
    respond(&answering, inbox.next().await).await;
    let counted = || async { requester.late_answers() == 1 };
    until(stage.patience(), "the late answer counted", counted).await;
    let task = tokio::spawn({
        let answering = answering.clone();
        async move { respond(&answering, inbox.next().await).await }
    });
    ask(stage, &requester).await;
    crate::run::joined(task).await;
    assert_eq!(requester.late_answers(), 1);
    Ok(Verdict::Kept)
}

/// R4. A hundred requests at once, answered in random order, each get their own answer.
///
/// # Panics
/// When the promise is broken.
pub async fn each_asker_gets_its_own_answer(stage: &Stage) -> Outcome {
    const REQUESTS: usize = 100;
    let (asking, answering) = (
        stage.client("asking").await,
        stage.client("answering").await,
    );
    let live = SubscribeOptions::live([stage.on("lookup")]);
    let options = live.with_prefetch(crate::stage::prefetch(REQUESTS as u16));
    let mut inbox = answering.subscribe(options).await;
    let task = tokio::spawn({
        let answering = answering.clone();
        async move {
            let mut questions = inbox.take(REQUESTS).await;
            fastrand::shuffle(&mut questions);
            for question in questions {
                respond(&answering, question).await;
            }
        }
    });
    let requester = requester(&asking).await;
    join_all((0..REQUESTS).map(|_| ask(stage, &requester))).await;
    crate::run::joined(task).await;
    assert_eq!(requester.late_answers(), 0, "answers nobody waits for");
    Ok(Verdict::Kept)
}

/// R5. A request to a group of responders gets one answer, from one of them.
///
/// # Panics
/// When the promise is broken.
pub async fn a_group_of_responders_answers_once(stage: &Stage) -> Outcome {
    let asking = stage.client("asking").await;
    if !claims_groups(stage, &asking).await {
        return Ok(Verdict::Refused);
    }
    let mut responders = Vec::new();
    for n in 0..3 {
        let client = stage.client(&format!("answering-{n}")).await;
        let options = SubscribeOptions::group(stage.group("g"), [stage.on("lookup")]);
        responders.push(responder(&client, options).await);
    }
    let requester = requester(&asking).await;
    for _ in 0..30 {
        ask(stage, &requester).await;
    }
    let asked = responders
        .iter()
        .map(|(_, asked)| asked.load(Ordering::Relaxed))
        .sum::<u64>();
    assert_eq!(asked, 30, "requests that reached a responder");
    assert_eq!(requester.late_answers(), 0, "answers nobody waits for");
    responders.iter().for_each(|(task, _)| task.abort());
    Ok(Verdict::Kept)
}

/// R6. A request whose link is cut before the answer ends in an answer or a typed failure, in time,
/// and the next one works.
///
/// # Panics
/// When the promise is broken.
pub async fn a_request_over_a_cut_link_ends(stage: &Stage) -> Outcome {
    let (asking, answering) = (
        stage.client("asking").await,
        stage.client("answering").await,
    );
    let mut inbox = answering
        .subscribe(SubscribeOptions::live([stage.on("lookup")]))
        .await;
    let opened = Arc::new(requester(&asking).await);
    let patience = stage.patience() / 4;
    let request = {
        let (requester, question) = (Arc::clone(&opened), stage.event("lookup"));
        tokio::spawn(async move { requester.request(question, patience).await })
    };
    let question = inbox.next().await;
    stage.cut(&asking).await?;
    respond(&answering, question).await;
    let ended = crate::run::joined(request);
    // Which of them it is depends on when the link came back.
    let _ = within(stage.patience(), "the end of the request", ended).await;
    asking.running().await;
    let task = tokio::spawn(async move { respond(&answering, inbox.next().await).await });
    ask(stage, &requester(&asking).await).await;
    crate::run::joined(task).await;
    Ok(Verdict::Kept)
}
