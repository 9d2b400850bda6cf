//! S8 and S10: whatever ends a delivery makes room for the next.

use std::time::Duration;

use trunkline_core::{Redelivery, SettleError};

use super::dead::rejection;
use super::{Bench, KEY, settled};
use crate::case::{Outcome, Verdict};
use crate::client::within;
use crate::ledger::Mark;
use crate::reader::waiting;
use crate::stage::Stage;

/// S10. With a window of one, a subscriber that waits gets the next delivery as soon as the one in
/// hand is acked, rejected, forgotten, or to be tried again later.
///
/// # Panics
/// When the promise is broken.
pub async fn whatever_ends_a_delivery_makes_room_for_the_next(stage: &Stage) -> Outcome {
    let soon = Duration::from_secs(1);
    let later = [5, 7, 6].map(|times| times * soon);
    let bench = Bench::new(stage, 1).await;
    let again = bench.redelivery() != Redelivery::None;
    let mut deliveries = waiting(bench.inbox);
    let events: Vec<_> = (0..8).map(|_| stage.event(KEY)).collect();
    for event in &events {
        bench.client.publish(event).await;
    }
    let mut back = Vec::new();
    for (n, event) in events.iter().enumerate() {
        let what = format!("delivery {n}, after the one before it was ended");
        let delivery = within(soon, what, deliveries.recv())
            .await
            .expect("the supply lives");
        assert_eq!(
            Mark::of(delivery.envelope()),
            Mark::of(event),
            "delivery {n}"
        );
        // A reader that is already waiting when room is made.
        tokio::task::yield_now().await;
        match n {
            1 => match delivery.reject(rejection()).await {
                Ok(()) => {}
                Err(SettleError::Unsupported { .. }) => return Ok(Verdict::Kept),
                Err(error) => panic!("a reject came out as {error:?}"),
            },
            2..5 if again => {
                back.push(Mark::of_delivery(&delivery));
                settled(delivery.nack(later[n - 2]).await);
            }
            _ => settled(delivery.ack().await),
        }
    }
    let mut came = Vec::new();
    for _ in &back {
        let limit = later[1] + stage.patience();
        let delivery = within(limit, "a delivery tried again", deliveries.recv()).await;
        let delivery = delivery.expect("the supply lives");
        came.push(Mark::of_delivery(&delivery));
        settled(delivery.ack().await);
    }
    if again {
        assert_eq!(
            came,
            [back[0], back[2], back[1]],
            "by the times they are due"
        );
    }
    Ok(Verdict::Kept)
}

/// S11. With a window of one, a delivery that is forgotten or handed back comes again to a
/// subscriber that waits.
///
/// # Panics
/// When the promise is broken.
pub async fn what_is_given_back_wakes_who_waits(stage: &Stage) -> Outcome {
    let bench = Bench::new(stage, 1).await;
    if bench.redelivery() != Redelivery::Immediate {
        return Ok(Verdict::Refused);
    }
    let mut deliveries = waiting(bench.inbox);
    let event = stage.event(KEY);
    bench.client.publish(&event).await;
    for round in 0..4 {
        let what = format!("the delivery, round {round}");
        let delivery = within(stage.patience(), what, deliveries.recv()).await;
        let delivery = delivery.expect("the supply lives");
        tokio::task::yield_now().await;
        match round {
            0 => drop(delivery),
            1 => delivery.hand_back(),
            2 => settled(delivery.nack(Duration::ZERO).await),
            _ => settled(delivery.ack().await),
        }
    }
    Ok(Verdict::Kept)
}
