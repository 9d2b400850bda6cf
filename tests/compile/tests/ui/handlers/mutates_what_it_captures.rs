use trunkline::{Bus, Context, Service, ServiceBuilder};

fn build(bus: Bus) -> ServiceBuilder {
    let mut count = 0;
    Service::builder("calld", bus).on_name("call_*", move |_context: Context| {
        count += 1;
        std::future::ready(())
    })
}

fn main() {}
