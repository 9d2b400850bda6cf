//! What the services of the mini PBX share: how they start and end, how they are configured, how they
//! remember, and the orders that come from outside.

mod config;
pub mod orders;
mod run;
mod store;

pub use config::Config;
pub use run::{connect, finish, program, run};
pub use store::{Store, StoreError};

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
