//! Whom events are for is in their type: services, a tenant, or users of it. A tenant's view holds
//! its own events and no others, and a user's events carry the user.
//!
//! Run it:
//!     cargo run -p trunkline-examples --bin 02_audiences
//!
//! It prints:
//!     acme sees meeting_started
//!     acme sees voicemail_left for alice
//!     acme sees conversation_opened for alice, bob
//!     globex sees meeting_started

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use serde::{Deserialize, Serialize};
use trunkline::{
    Audience, Binding, EventName, HandlerOptions, HeaderCondition, HeaderTest, MultiUserEvent,
    Service, ServiceEvent, TenantEvent, UserEvent,
};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "engine_restarted", routing_key = "engine.restarted")]
struct EngineRestarted;

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

#[derive(Serialize, Deserialize, MultiUserEvent)]
#[event(name = "conversation_opened", routing_key = "chats.{chat}.opened")]
struct ConversationOpened {
    chat: u32,
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
            let users = audience.named_users().iter().map(ToString::to_string);
            let users: Vec<_> = users.collect();
            let whom = if users.is_empty() { "" } else { " for " };
            println!("{tenant} sees {name}{whom}{}", users.join(", "));
        };
        let view = Service::builder(format!("view-of-{tenant}"), bus.clone())
            .on_binding_with(HandlerOptions::new().named("show"), own, show)
            .build()?;
        views.push(view.start().await?);
    }

    let out = bus.publisher();
    let meeting = |room: &str| MeetingStarted { room: room.into() };
    out.publish(&EngineRestarted).await?; // for services alone: no tenant sees it
    out.publish(&meeting("north").for_tenant("acme")).await?; // `&meeting("north")` does not compile
    let voicemail = VoicemailLeft { seconds: 12 };
    out.publish(&voicemail.for_user("acme", "alice")).await?;
    let chat = ConversationOpened { chat: 7 };
    out.publish(&chat.for_users("acme", ["alice", "bob"]))
        .await?;
    out.publish(&meeting("south").for_tenant("globex")).await?;

    for (view, events) in views.into_iter().zip([3, 1]) {
        view.handle().settled(events).await;
        view.drain().await?;
    }
    Ok(())
}
