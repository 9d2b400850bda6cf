use trunkline::Delivery;

async fn settle(delivery: Delivery) -> String {
    let envelope = delivery.envelope();
    let _ = delivery.ack().await;
    envelope.routing_key().to_string()
}

fn main() {}
