use trunkline::{Delivery, Envelope};

fn steal(delivery: Delivery) -> Envelope {
    let Delivery { envelope, .. } = delivery;
    envelope
}

fn main() {}
