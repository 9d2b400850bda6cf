//! The audience that tenant and user headers stand for.

use trunkline_core::{Audience, TenantId, UserId};

use crate::names;

/// Reads the audience. `flags` are all headers, each with whether it is the boolean true: a false
/// one, or the text `true`, reaches nobody.
pub(super) fn of<'h>(tenant: TenantId, flags: impl Iterator<Item = (&'h str, bool)>) -> Audience {
    let mut users: Vec<UserId> = Vec::new();
    for (name, is_true) in flags {
        match name.strip_prefix(names::USER_PREFIX) {
            Some("*") if is_true => return Audience::Tenant(tenant),
            Some(user) if is_true => users.push(user.into()),
            _ => {}
        }
    }
    // The wire does not tell one of several users from the user of a user event, nor several
    // who are none from nobody. Only a multi-user event names the empty user.
    match &users[..] {
        [] => Audience::User { tenant, user: None },
        [user] if !user.as_str().is_empty() => Audience::User {
            tenant,
            user: users.pop(),
        },
        _ => Audience::Users { tenant, users },
    }
}
