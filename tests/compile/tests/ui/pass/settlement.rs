use std::time::Duration;

use trunkline::{DeadReason, Delivery, Envelope, Rejection, SettleError};

async fn settle(delivery: Delivery) -> Result<Envelope, SettleError> {
    let envelope = delivery.envelope().clone();
    match delivery.attempt() {
        1 => delivery.nack(Duration::from_secs(1)).await?,
        2 => delivery.reject(Rejection::new(DeadReason::Rejected, "no")).await?,
        3 => delivery.hand_back(),
        _ => delivery.ack().await?,
    }
    Ok(envelope)
}

fn main() {
    let _ = settle;
}
