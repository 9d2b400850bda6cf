use trunkline::Delivery;

fn copy(delivery: &Delivery) -> Delivery {
    delivery.clone()
}

fn main() {}
