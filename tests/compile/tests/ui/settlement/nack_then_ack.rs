use trunkline::Delivery;

async fn settle(delivery: Delivery) {
    let _ = delivery.nack(std::time::Duration::ZERO).await;
    let _ = delivery.ack().await;
}

fn main() {}
