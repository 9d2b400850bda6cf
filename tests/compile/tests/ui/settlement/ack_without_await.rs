#![deny(unused_must_use)]

use trunkline::Delivery;

fn settle(delivery: Delivery) {
    delivery.ack();
}

fn main() {}
