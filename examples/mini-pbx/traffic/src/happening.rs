//! What happens, and how it is told.

use std::time::Duration;

use mini_pbx_common::orders::{TenantOrdered, UserArrived, UserLeft, UserOrdered};
use trunkline::{Addressed, PublishError, Publisher, Receipt};
use trunkline_wazo::events::NamedEvent;
use trunkline_wazo::events::amid::AmiEvent;

/// Something that happens in the town.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When, from the beginning of the first day.
    pub at: Duration,
    /// What.
    pub what: What,
}

/// What happens in the town.
#[derive(Debug, Clone)]
pub enum What {
    /// A tenant is ordered.
    TenantOrdered(TenantOrdered),
    /// A user is ordered.
    UserOrdered(Addressed<UserOrdered>),
    /// Somebody logs in.
    Arrived(Addressed<UserArrived>),
    /// Somebody logs out.
    Left(Addressed<UserLeft>),
    /// Asterisk says something.
    Ami(Box<NamedEvent<AmiEvent>>),
}

impl Happening {
    /// Tells it.
    ///
    /// # Errors
    /// [`PublishError`], as [`Publisher::publish`] says.
    pub async fn publish(&self, out: &Publisher) -> Result<Receipt, PublishError> {
        match &self.what {
            What::TenantOrdered(order) => out.publish(order).await,
            What::UserOrdered(order) => out.publish(order).await,
            What::Arrived(arrived) => out.publish(arrived).await,
            What::Left(left) => out.publish(left).await,
            What::Ami(event) => out.publish(&**event).await,
        }
    }
}
