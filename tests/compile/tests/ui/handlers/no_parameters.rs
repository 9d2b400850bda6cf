use trunkline::{Bus, Service, ServiceBuilder};

async fn wrap_up() {}

fn build(bus: Bus) -> ServiceBuilder {
    Service::builder("calld", bus).on(wrap_up)
}

fn main() {}
