//! Needs RabbitMQ. Joins the bus of a Wazo platform: `profile=wazo` declares what Wazo's services declare
//! and no more. Beside each other: a live view that loses what it misses, as `wazo-bus` does, and a
//! durable group that finds it later.
//!
//! Run it, where RabbitMQ is not on this machine with AMQP_URL=amqp://user:password@host/vhost:
//!     cargo run -p trunkline-examples --bin 16_join_wazo
//!
//! It prints:
//!     view: Ada calls 1002
//!     billing: Ada calls 1002
//!     both are away, and Bo calls 1001
//!     both are back, and Chidi calls 1002
//!     view: Chidi calls 1002
//!     billing: Bo calls 1001
//!     billing: Chidi calls 1002

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use trunkline::wazo::Wazo;
use trunkline::wazo::events::calld::CallCreated;
use trunkline::{Bus, Guarantee, RunningService, Service, State, UserEvent};

type Error = Box<dyn std::error::Error>;

/// Who tells what it sees.
struct Name(&'static str);

/// The catalogue has Wazo's events as types; a field that a service does not send is `None`.
async fn tell(call: CallCreated, name: State<Name>) {
    let field = |field: Option<String>| field.unwrap_or_default();
    let (who, whom) = (field(call.caller_id_name), field(call.dialed_extension));
    println!("{}: {who} calls {whom}", name.0.0);
}

/// As `wazo-bus` consumes: a queue that goes with the service, acked whatever the handler says.
async fn view(bus: &Bus) -> Result<RunningService, Error> {
    let view = Service::builder("example-view", bus.clone()).live();
    let view = view
        .guarantee(Guarantee::AtMostOnce)
        .on(tell)
        .state(Name("view"));
    Ok(view.build()?.start().await?)
}

/// What Wazo does not have: a durable queue, retries, dead letters.
async fn billing(bus: &Bus) -> Result<RunningService, Error> {
    let billing = Service::builder("example-billing", bus.clone()).on(tell);
    Ok(billing.state(Name("billing")).build()?.start().await?)
}

/// A call as wazo-calld tells it.
async fn call(bus: &Bus, who: &str, whom: &str) -> Result<(), Error> {
    let call = CallCreated {
        call_id: Some("1770109204.101".to_owned()),
        caller_id_name: Some(who.to_owned()),
        dialed_extension: Some(whom.to_owned()),
        ..CallCreated::default()
    };
    bus.publisher()
        .publish(&call.for_user("tenant-1", "user-1"))
        .await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let broker = std::env::var("AMQP_URL");
    let broker = broker.unwrap_or_else(|_| "amqp://guest:guest@localhost:5672/".to_owned());
    let bus = trunkline::connect(&format!("{broker}?profile=wazo")).await?;
    let bus = bus.with_dialect(Wazo::new().with_origin("stack-1")); // the stack we speak for
    bus.transport().remove_group("example-billing").await?; // of a run that was cut short

    let (live, durable) = (view(&bus).await?, billing(&bus).await?);
    call(&bus, "Ada", "1002").await?;
    live.handle().settled(1).await;
    live.drain().await?;
    durable.handle().settled(1).await;
    durable.drain().await?;

    println!("both are away, and Bo calls 1001");
    call(&bus, "Bo", "1001").await?;
    println!("both are back, and Chidi calls 1002");
    let live = view(&bus).await?;
    call(&bus, "Chidi", "1002").await?;
    live.handle().settled(1).await;
    live.drain().await?;
    let durable = billing(&bus).await?;
    durable.handle().settled(2).await;
    durable.drain().await?;

    bus.transport().remove_group("example-billing").await?;
    bus.close().await?;
    Ok(())
}
