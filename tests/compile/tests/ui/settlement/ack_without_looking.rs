#![deny(unused_must_use)]

use trunkline::Delivery;

async fn settle(delivery: Delivery) {
    delivery.ack().await;
}

fn main() {}
