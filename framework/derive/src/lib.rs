//! The derives of Trunkline's events. Use them through the crate `trunkline`, which re-exports
//! each beside the trait of its name.

mod expand;
mod fields;
#[expect(
    unreachable_pub,
    reason = "the file is `trunkline-core`'s, which makes it public there"
)]
mod grammar;
mod level;
mod literals;
mod model;
mod names;
mod problems;
mod serde_attributes;
mod settings;
mod template;

use proc_macro::TokenStream;
use syn::DeriveInput;

use level::Level;
use model::Model;
use problems::Problems;

/// Makes a struct an event for services alone: it belongs to no tenant.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use trunkline::{Event, Level, ServiceEvent};
///
/// #[derive(Serialize, Deserialize, ServiceEvent)]
/// #[event(service = "confd", routing_key = "config.{resource}.reloaded")]
/// struct ConfigReloaded {
///     resource: String,
/// }
///
/// let definition = ConfigReloaded::definition();
/// assert_eq!(definition.name, "config_reloaded");
/// assert_eq!(definition.level, Level::Service);
/// assert_eq!(definition.routing_key.source(), "config.{resource}.reloaded");
/// ```
#[doc = ""]
#[doc = include_str!("../docs/attributes.md")]
#[proc_macro_derive(ServiceEvent, attributes(event))]
pub fn service_event(input: TokenStream) -> TokenStream {
    derive(input, Level::Service)
}

/// Makes a struct an event for everyone in one tenant: it is published once
/// `for_tenant` has said which.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use trunkline::{Dialect, EventView, Plain, PublishExtras, TenantEvent, ValueRef};
///
/// #[derive(Serialize, Deserialize, TenantEvent)]
/// #[event(service = "calld", routing_key = "conferences.{conference_id}.started")]
/// struct ConferenceStarted {
///     #[event(header)]
///     conference_id: u32,
/// }
///
/// let event = ConferenceStarted { conference_id: 7 }.for_tenant("tenant-1");
/// let envelope = Plain.encode(&EventView::new(&event, &PublishExtras::default()))?;
/// assert_eq!(envelope.routing_key().as_str(), "conferences.7.started");
/// assert_eq!(envelope.headers().get("conference_id"), Some(ValueRef::Int(7)));
/// # Ok::<(), trunkline::EncodeError>(())
/// ```
#[doc = ""]
#[doc = include_str!("../docs/attributes.md")]
#[proc_macro_derive(TenantEvent, attributes(event))]
pub fn tenant_event(input: TokenStream) -> TokenStream {
    derive(input, Level::Tenant)
}

/// Makes a struct an event for one user of one tenant: it is published once `for_user` has said
/// which.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use trunkline::{Dialect, EventView, Plain, PublishExtras, TenantId, UserEvent, UserId};
///
/// #[derive(Serialize, Deserialize, UserEvent)]
/// #[event(
///     service = "calld",
///     routing_key = "calls.call.answered",
///     required_acl = "events.calls.{user_uuid}",
///     alias = "call_picked_up",
/// )]
/// struct CallAnswered {
///     call_id: String,
/// }
///
/// let (tenant, user) = (TenantId::from("tenant-1"), UserId::from("user-1"));
/// let event = CallAnswered { call_id: "1700000000.42".into() }.for_user(tenant, user);
/// let envelope = Plain.encode(&EventView::new(&event, &PublishExtras::default()))?;
/// assert_eq!(envelope.routing_key().as_str(), "calls.call.answered");
/// # Ok::<(), trunkline::EncodeError>(())
/// ```
#[doc = ""]
#[doc = include_str!("../docs/attributes.md")]
#[proc_macro_derive(UserEvent, attributes(event))]
pub fn user_event(input: TokenStream) -> TokenStream {
    derive(input, Level::User)
}

/// Makes a struct an event for several users of one tenant: it is published once `for_users` has
/// said which.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use trunkline::{MultiUserEvent, UserId};
///
/// #[derive(Serialize, Deserialize, MultiUserEvent)]
/// #[event(service = "chatd", routing_key = "rooms.{room_uuid}.closed")]
/// struct RoomClosed {
///     room_uuid: String,
/// }
///
/// let event = RoomClosed { room_uuid: "room-1".into() };
/// let event = event.for_users("tenant-1", ["user-1", "user-2", "user-1"]);
/// let users = event.audience().named_users();
/// assert_eq!(users, [UserId::from("user-1"), UserId::from("user-2")]);
/// ```
#[doc = ""]
#[doc = include_str!("../docs/attributes.md")]
#[proc_macro_derive(MultiUserEvent, attributes(event))]
pub fn multi_user_event(input: TokenStream) -> TokenStream {
    derive(input, Level::MultiUser)
}

fn derive(input: TokenStream, level: Level) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    let mut problems = Problems::default();
    let model = Model::read(&input, level, &mut problems);
    let mut tokens = model.as_ref().map(expand::expand).unwrap_or_default();
    tokens.extend(problems.into_tokens());
    tokens.into()
}
