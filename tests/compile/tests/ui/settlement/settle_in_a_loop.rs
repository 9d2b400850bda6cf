use trunkline::Delivery;

async fn settle(delivery: Delivery) {
    for _ in 0..3 {
        let _ = delivery.ack().await;
    }
}

fn main() {}
