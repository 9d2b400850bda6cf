use trunkline::{Bus, Context, Service, ServiceBuilder};

fn build(bus: Bus) -> ServiceBuilder {
    let seen = String::new();
    Service::builder("calld", bus).on_name("call_*", |_context: Context| async {
        drop(seen.clone());
    })
}

fn main() {}
