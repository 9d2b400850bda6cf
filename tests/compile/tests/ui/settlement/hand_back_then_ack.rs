use trunkline::Delivery;

async fn settle(delivery: Delivery) {
    delivery.hand_back();
    let _ = delivery.ack().await;
}

fn main() {}
