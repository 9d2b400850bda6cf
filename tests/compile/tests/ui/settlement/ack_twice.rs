use trunkline::Delivery;

async fn settle(delivery: Delivery) {
    let _ = delivery.ack().await;
    let _ = delivery.ack().await;
}

fn main() {}
