//! What the services of the mini PBX share: how they start and end, how they are configured, and the
//! orders that come from outside.

mod config;
pub mod orders;
mod run;

pub use config::Config;
pub use run::run;

use trunkline::{Audience, HandlerError, TenantId, UserId};

/// The tenant and the user that an event is for.
///
/// # Errors
/// Refuses, for good, an event that is for more or fewer than one user.
pub fn one_user(audience: &Audience) -> Result<(&TenantId, &UserId), HandlerError> {
    match (audience.tenant(), audience.named_users()) {
        (Some(tenant), [user]) => Ok((tenant, user)),
        _ => Err(HandlerError::reject("the event is for no single user")),
    }
}
