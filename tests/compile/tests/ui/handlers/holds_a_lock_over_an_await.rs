use std::sync::{Arc, Mutex};

use trunkline::{Bus, Context, Service, ServiceBuilder};

fn build(bus: Bus) -> ServiceBuilder {
    let count = Arc::new(Mutex::new(0));
    Service::builder("calld", bus).on_name("call_*", move |_context: Context| {
        let count = Arc::clone(&count);
        async move {
            let mut count = count.lock().unwrap();
            std::future::ready(()).await;
            *count += 1;
        }
    })
}

fn main() {}
