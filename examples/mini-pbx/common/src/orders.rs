//! What comes from outside: from the web shop, where tenants and users are ordered, and from
//! telephones, where people log in and out. In a real system these are calls of REST interfaces.

use serde::{Deserialize, Serialize};
use trunkline::{ServiceEvent, TenantEvent, UserEvent};

/// Somebody wants a telephone system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ServiceEvent)]
#[event(
    name = "pbx_tenant_ordered",
    service = "shop",
    routing_key = "shop.tenants.ordered"
)]
pub struct TenantOrdered {
    /// The tenant that is to be.
    pub uuid: String,
    /// Its name for people.
    pub name: String,
}

/// A tenant wants a telephone for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(
    name = "pbx_user_ordered",
    service = "shop",
    routing_key = "shop.users.ordered"
)]
pub struct UserOrdered {
    /// The user that is to be.
    pub uuid: String,
    /// The user's number in the shop's books.
    pub id: i64,
}

/// A user logs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(
    name = "pbx_user_arrived",
    service = "shop",
    routing_key = "shop.users.arrived"
)]
pub struct UserArrived {
    /// The session that is to be.
    pub session: String,
    /// Whether it is from a mobile telephone.
    pub mobile: bool,
}

/// A user logs out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(
    name = "pbx_user_left",
    service = "shop",
    routing_key = "shop.users.left"
)]
pub struct UserLeft {
    /// The session that is over.
    pub session: String,
}
