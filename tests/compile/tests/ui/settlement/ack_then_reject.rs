use trunkline::{DeadReason, Delivery, Rejection};

async fn settle(delivery: Delivery) {
    let _ = delivery.ack().await;
    let rejection = Rejection::new(DeadReason::Rejected, "too late");
    let _ = delivery.reject(rejection).await;
}

fn main() {}
