//! A handler asks for events by name, by a glob of names, by conditions on headers, by a pattern
//! of routing keys, or by several of these at once. One subscription feeds all of them.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 03_matching
//!
//! It prints:
//!     calls.17.created: by name
//!     calls.17.created: by glob
//!     calls.17.created: by key
//!     calls.17.ended: by glob
//!     calls.17.ended: by header
//!     calls.17.ended: by key
//!     queues.support.joined: by header
//!     queues.support.joined: by glob and header

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use trunkline::{
    Binding, DynamicEvent, Envelope, HandlerOptions, HeaderCondition, HeaderTest, RawHandler,
    Service,
};

/// A handler that tells which events it was given.
fn tell(how: &'static str) -> impl RawHandler<(Envelope,)> {
    move |event: Envelope| async move { println!("{}: {how}", event.routing_key()) }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;

    // A header's type counts: `true` is not `"true"`.
    let urgent = HeaderCondition::all([HeaderTest::equals("urgent", true)])?;
    let header = Binding::builder().headers(urgent.clone()).build()?;
    // `*` stands for one word of a key, `#` for any number of them.
    let key = Binding::builder().key("calls.*.#").build()?;
    let several = Binding::builder().name("queue_*").headers(urgent).build()?;

    // Handlers are told apart by name in logs, metrics, retries and dead letters.
    let named = |name| HandlerOptions::new().named(name);
    let desk = Service::builder("desk", bus.clone())
        .on_name_with(named("name"), "call_created", tell("by name"))
        .on_name_with(named("glob"), "call_*", tell("by glob"))
        .on_binding_with(named("header"), header, tell("by header"))
        .on_binding_with(named("key"), key, tell("by key"))
        .on_binding_with(named("several"), several, tell("by glob and header"))
        .build()?
        .start()
        .await?;

    let out = bus.publisher();
    for (name, key, urgent) in [
        ("call_created", "calls.17.created", false),
        ("call_ended", "calls.17.ended", true),
        ("queue_joined", "queues.support.joined", true),
        ("queue_left", "queues.support.left", false), // nobody asked for this one
    ] {
        let event = DynamicEvent::service(name, key)?;
        out.publish(&event).header("urgent", urgent).await?;
    }
    desk.handle().settled(4).await;
    desk.drain().await?;
    Ok(())
}
