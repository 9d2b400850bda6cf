use trunkline::{Bus, Context, Service, ServiceBuilder};

async fn audit(_context: Context) {}

fn build(bus: Bus, context: Context) -> ServiceBuilder {
    Service::builder("calld", bus).on_name("call_*", audit(context))
}

fn main() {}
