//! Whom an event is for.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Level;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes an identifier as it is; platforms differ in the form of theirs.
            pub fn new(id: impl Into<Box<str>>) -> Self {
                Self(id.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id.to_string().into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }
    };
}

identifier! {
    /// A tenant: one customer of the platform, whose events no other may see.
    ///
    /// A tenant never turns into a [`UserId`] by accident:
    /// ```compile_fail
    /// use trunkline_core::{TenantId, UserId};
    /// let tenant = TenantId::from("t1");
    /// let user: UserId = tenant.into();
    /// ```
    TenantId
}
identifier! {
    /// A user of a tenant.
    UserId
}

/// Whom an event is for: the level of its type, with the identifiers filled in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Audience {
    /// Services alone.
    Service,
    /// Everyone in the tenant.
    Tenant(TenantId),
    /// One user of the tenant; `None` is nobody, which leaves the tenant's administrators.
    User {
        /// The user's tenant.
        tenant: TenantId,
        /// The user, if there is one.
        user: Option<UserId>,
    },
    /// Several users of the tenant, each named once.
    Users {
        /// The users' tenant.
        tenant: TenantId,
        /// The users, in the order given.
        users: Vec<UserId>,
    },
}

impl Audience {
    /// Several users of one tenant; a user named twice counts once.
    pub fn users<U: Into<UserId>>(
        tenant: impl Into<TenantId>,
        users: impl IntoIterator<Item = U>,
    ) -> Self {
        let mut unique: Vec<UserId> = Vec::new();
        for user in users.into_iter().map(Into::into) {
            if !unique.contains(&user) {
                unique.push(user);
            }
        }
        Self::Users {
            tenant: tenant.into(),
            users: unique,
        }
    }

    /// The level this audience belongs to.
    pub fn level(&self) -> Level {
        match self {
            Self::Service => Level::Service,
            Self::Tenant(_) => Level::Tenant,
            Self::User { .. } => Level::User,
            Self::Users { .. } => Level::MultiUser,
        }
    }

    /// The tenant, for every level but the service's.
    pub fn tenant(&self) -> Option<&TenantId> {
        match self {
            Self::Service => None,
            Self::Tenant(tenant) | Self::User { tenant, .. } | Self::Users { tenant, .. } => {
                Some(tenant)
            }
        }
    }

    /// The users named; empty for service and tenant events.
    pub fn named_users(&self) -> &[UserId] {
        match self {
            Self::Service | Self::Tenant(_) => &[],
            Self::User { user, .. } => user.as_slice(),
            Self::Users { users, .. } => users,
        }
    }
}
