//! The four levels, as far as a derive need know them.

use proc_macro2::{Ident, Span};

/// Whom events of the type are for: which of the derives is at work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Service,
    Tenant,
    User,
    MultiUser,
}

impl Level {
    /// The variant of `trunkline_core::Level`.
    pub(crate) fn variant(self) -> Ident {
        let name = match self {
            Self::Service => "Service",
            Self::Tenant => "Tenant",
            Self::User => "User",
            Self::MultiUser => "MultiUser",
        };
        Ident::new(name, Span::call_site())
    }

    /// The trait, which is called as its derive.
    pub(crate) fn level_trait(self) -> Ident {
        quote::format_ident!("{}Event", self.variant())
    }

    /// What placeholders may name beside the fields.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Service => &["name"],
            Self::Tenant | Self::MultiUser => &["name", "tenant_uuid"],
            Self::User => &["name", "tenant_uuid", "user_uuid"],
        }
    }

    /// Why a variable of another level has no value at this one.
    pub(crate) fn lacks(self, variable: &str) -> Option<&'static str> {
        match (variable, self) {
            ("tenant_uuid", Self::Service) => Some(
                "a service event has no tenant; derive `TenantEvent`, or add a field `tenant_uuid`",
            ),
            ("user_uuid", Self::Service | Self::Tenant) => Some(
                "only a user event has one user; derive `UserEvent`, or add a field `user_uuid`",
            ),
            ("user_uuid", Self::MultiUser) => Some(
                "a multi-user event has several users; derive `UserEvent` if it is for one, \
                 or add a field `user_uuid`",
            ),
            _ => None,
        }
    }
}
