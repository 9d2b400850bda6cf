use trunkline::Delivery;

async fn settle(delivery: Delivery) -> u32 {
    let _ = delivery.ack().await;
    delivery.attempt()
}

fn main() {}
