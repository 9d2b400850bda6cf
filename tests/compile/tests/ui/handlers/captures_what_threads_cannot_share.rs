use std::rc::Rc;

use trunkline::{Bus, Context, Service, ServiceBuilder};

fn build(bus: Bus) -> ServiceBuilder {
    let name = Rc::new(String::from("calld"));
    Service::builder("calld", bus).on_name("call_*", move |_context: Context| {
        drop(name.clone());
        std::future::ready(())
    })
}

fn main() {}
