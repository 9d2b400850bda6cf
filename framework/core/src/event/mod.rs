//! Events: typed facts, the level that says whom each is for, and events named at run time.

mod audience;
mod definition;
mod dynamic;
mod outgoing;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use audience::{Audience, TenantId, UserId};
pub use definition::{EventDefinition, Level};
pub use dynamic::{ContentError, DynamicEvent};
pub use outgoing::{Addressed, Content, EventView, Outgoing, PublishExtras};

/// A typed fact that happened, named in the past tense.
///
/// Written by one of the derives `ServiceEvent`, `TenantEvent`, `UserEvent` and `MultiUserEvent`,
/// which also say whom the event is for. On the wire an event is known by its
/// [`NAME`](Event::NAME): never rename a published event, publish a new name beside it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not a typed event",
    note = "derive `ServiceEvent`, `TenantEvent`, `UserEvent` or `MultiUserEvent` for it",
    note = "a handler given to `.on(…)` takes its event first, and by value; \
            one without a typed event is registered with `.on_name(…)`"
)]
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The event's name on the wire, such as `call_created`.
    const NAME: &'static str;

    /// Whether the type is a unit struct, which serde writes as `null` where an event says `{}`.
    #[doc(hidden)]
    const IS_UNIT: bool = false;

    /// Name, level, templates: all that is known of the event before there is one.
    fn definition() -> &'static EventDefinition;

    /// Writes the content as one JSON object. Generated types know a shorter way than serde's.
    #[doc(hidden)]
    fn write_content(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        if Self::IS_UNIT {
            out.extend_from_slice(b"{}");
            return Ok(());
        }
        serde_json::to_writer(out, self)
    }

    /// The value of one field as JSON, for templates and headers; `None` if there is no such field.
    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>>;
}

/// An event for services alone: it belongs to no tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service event",
    label = "this event does not say that it is for services alone",
    note = "derive it with `#[derive(ServiceEvent)]`"
)]
pub trait ServiceEvent: Event {}

/// An event for everyone in one tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tenant event",
    label = "this event is not for a whole tenant",
    note = "derive it with `#[derive(TenantEvent)]`"
)]
pub trait TenantEvent: Event {
    /// Says which tenant the event is for.
    fn for_tenant(self, tenant: impl Into<TenantId>) -> Addressed<Self>
    where
        Self: Sized,
    {
        Addressed::new(self, Audience::Tenant(tenant.into()))
    }
}

/// An event for one user of one tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user event",
    label = "this event is not for a single user",
    note = "derive it with `#[derive(UserEvent)]`"
)]
pub trait UserEvent: Event {
    /// Says which user, of which tenant, the event is for.
    fn for_user(self, tenant: impl Into<TenantId>, user: impl Into<UserId>) -> Addressed<Self>
    where
        Self: Sized,
    {
        Addressed::new(
            self,
            Audience::User {
                tenant: tenant.into(),
                user: Some(user.into()),
            },
        )
    }

    /// Says that the event belongs to no user of the tenant; only the tenant's administrators
    /// see it.
    fn for_no_user(self, tenant: impl Into<TenantId>) -> Addressed<Self>
    where
        Self: Sized,
    {
        Addressed::new(
            self,
            Audience::User {
                tenant: tenant.into(),
                user: None,
            },
        )
    }
}

/// An event for several users of one tenant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a multi-user event",
    label = "this event is not for several users",
    note = "derive it with `#[derive(MultiUserEvent)]`"
)]
pub trait MultiUserEvent: Event {
    /// Says which users, of which tenant, the event is for; a user named twice counts once.
    fn for_users<U: Into<UserId>>(
        self,
        tenant: impl Into<TenantId>,
        users: impl IntoIterator<Item = U>,
    ) -> Addressed<Self>
    where
        Self: Sized,
    {
        Addressed::new(self, Audience::users(tenant, users))
    }
}
