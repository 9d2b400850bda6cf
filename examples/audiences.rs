//! Whom events are for is in their type: a tenant's view holds its own events and no others.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin audiences
//!
//! It prints:
//!     acme sees meeting_started
//!     acme sees voicemail_left for alice
//!     globex sees meeting_started

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use trunkline::{
    Audience, Binding, EventName, HandlerOptions, HeaderCondition, HeaderTest, Service,
    TenantEvent, UserEvent,
};

#[derive(Serialize, Deserialize, TenantEvent)]
#[event(name = "meeting_started", routing_key = "meetings.{room}.started")]
struct MeetingStarted {
    room: String,
}

#[derive(Serialize, Deserialize, UserEvent)]
#[event(name = "voicemail_left", routing_key = "voicemails.{user_uuid}.left")]
struct VoicemailLeft {
    seconds: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;

    // One view for each tenant. The condition is on a typed header, and the broker applies it.
    let mut views = Vec::new();
    for tenant in ["acme", "globex"] {
        let own = HeaderCondition::all([HeaderTest::equals("tenant_uuid", tenant)])?;
        let own = Binding::builder().headers(own).build()?;
        let show = move |EventName(name): EventName, audience: Audience| async move {
            let users: Vec<_> = audience
                .named_users()
                .iter()
                .map(ToString::to_string)
                .collect();
            let whom = if users.is_empty() { "" } else { " for " };
            println!("{tenant} sees {name}{whom}{}", users.join(", "));
        };
        let view = Service::builder(format!("view-of-{tenant}"), bus.clone())
            .on_binding_with(HandlerOptions::new().named("show"), own, show)
            .build()?;
        views.push(view.start().await?);
    }

    let out = bus.publisher();
    out.publish(
        &MeetingStarted {
            room: "north".into(),
        }
        .for_tenant("acme"),
    )
    .await?;
    out.publish(&VoicemailLeft { seconds: 12 }.for_user("acme", "alice"))
        .await?;
    out.publish(
        &MeetingStarted {
            room: "south".into(),
        }
        .for_tenant("globex"),
    )
    .await?;

    for (view, events) in views.into_iter().zip([2, 1]) {
        view.handle().settled(events).await;
        view.drain().await?;
    }
    Ok(())
}
