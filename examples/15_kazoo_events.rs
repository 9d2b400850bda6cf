//! The same framework, another dialect: events of 2600Hz Kazoo are typed events, and an account of
//! Kazoo's is a tenant. The dialect is the bus's; how services are written does not change.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 15_kazoo_events
//!
//! It prints:
//!     on the wire: call.CHANNEL_CREATE.leg%2E1
//!     acme: leg.1 asks for 1002@acme.example
//!     acme: leg.1 ended by NORMAL_CLEARING, 31 s to bill
//!     kept, not handled: the event is for no account

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use trunkline::kazoo::Kazoo;
use trunkline::kazoo::events::{ChannelCreate, ChannelDestroy};
use trunkline::{Audience, Bus, Envelope, HandlerError, PublishOptions, RoutingKey};
use trunkline::{Service, TenantEvent, connect_transport};

const ACME: &str = "4b31dd1d32ce6d249897c06332375d65";

/// A message as Kazoo's ecallmgr publishes it: numbers have come as text.
const FROM_ECALLMGR: &str = r#"{"Event-Category":"call_event","Event-Name":"CHANNEL_DESTROY",
    "Call-ID":"leg.1","Hangup-Cause":"NORMAL_CLEARING","Billing-Seconds":"31","Duration-Seconds":"40",
    "Custom-Channel-Vars":{"Account-ID":"4b31dd1d32ce6d249897c06332375d65"},
    "App-Name":"ecallmgr","App-Version":"4.3","Msg-ID":"m-1"}"#;

/// No binding of Kazoo's keeps accounts apart, as its keys do not hold them: the event says it.
fn account(audience: &Audience) -> Result<&'static str, HandlerError> {
    match audience.tenant() {
        Some(tenant) if tenant.as_str() == ACME => Ok("acme"),
        Some(_) => Ok("somebody"),
        None => Err(HandlerError::reject("the event is for no account")),
    }
}

async fn begins(call: ChannelCreate, whose: Audience) -> Result<(), HandlerError> {
    let (leg, asked) = (call.call_id().unwrap_or("?"), call.request().unwrap_or("?"));
    println!("{}: {leg} asks for {asked}", account(&whose)?);
    Ok(())
}

async fn ends(call: ChannelDestroy, whose: Audience) -> Result<(), HandlerError> {
    let (leg, cause) = (
        call.call_id().unwrap_or("?"),
        call.hangup_cause().unwrap_or("?"),
    );
    let seconds = call.billed().unwrap_or_default().as_secs(); // text or number: both are read
    println!(
        "{}: {leg} ended by {cause}, {seconds} s to bill",
        account(&whose)?
    );
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // On a real one: amqp://user:password@host/?profile=kazoo
    let transport = connect_transport("memory:").await?;
    let bus = Bus::new(transport, Kazoo::new("example-billing", "1.0"));
    let billing = Service::builder("example-billing", bus.clone())
        .on(begins)
        .on(ends);
    let billing = billing.build()?.start().await?;

    // Ours, as Kazoo's applications are going to read it.
    let created = ChannelCreate::default()
        .with("Call-ID", "leg.1")
        .with("Request", "1002@acme.example")
        .for_tenant(ACME);
    let envelope = bus.publisher().publish(&created).encode()?;
    println!("on the wire: {}", envelope.routing_key());
    bus.publisher().publish(&created).await?;

    // Theirs, as it comes; and one of which nobody knows whose it is.
    let key = RoutingKey::new("call.CHANNEL_DESTROY.leg%2E1")?;
    let stray = FROM_ECALLMGR.replace("Account-ID", "Nobody");
    for body in [FROM_ECALLMGR, &stray] {
        let envelope = Envelope::new(key.clone(), body.to_owned());
        bus.publisher()
            .publish_envelope(envelope, PublishOptions::new())
            .await?;
    }
    billing.handle().settled(3).await;
    billing.drain().await?;
    let letters = bus.transport().dead_letters("example-billing").await?;
    for letter in letters.list(None, 10).await? {
        println!("kept, not handled: {}", letter.error);
    }
    Ok(())
}
