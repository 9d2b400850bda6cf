#![deny(unused_must_use)]

use trunkline::{DynamicEvent, Publisher};

fn publish(publisher: Publisher, event: DynamicEvent) {
    publisher.publish(&event);
}

fn main() {}
