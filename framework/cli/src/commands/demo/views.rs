//! A tenant's view: a live subscription to what is its own.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trunkline::{Binding, Bus, HeaderCondition, HeaderTest, SubscribeOptions, Subscription};

use super::watcher::Happening;
use crate::failure::{Failure, chain};

/// A tenant of the demo.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tenant {
    pub(super) name: &'static str,
    pub(super) uuid: &'static str,
}

/// The tenants of the recording.
pub(super) const TENANTS: [Tenant; 3] = [
    Tenant {
        name: "acme",
        uuid: "275cabc3-2607-51a3-b644-22331fcd85fb",
    },
    Tenant {
        name: "globex",
        uuid: "60684f5c-5b32-51b9-afcb-06c41932d9dd",
    },
    Tenant {
        name: "initech",
        uuid: "99190a62-6ffd-529e-b65b-e2dddef3bbfd",
    },
];

/// How many of them are looked over the shoulder of.
pub(super) const VIEWS: usize = 2;

/// Begins to show what a tenant sees. The broker picks by the tenant's header; that nothing else
/// comes through is looked at here once more, by the event itself.
pub(super) async fn open(
    bus: &Bus,
    view: usize,
    shown: mpsc::Sender<Happening>,
) -> Result<JoinHandle<()>, Failure> {
    let tenant = TENANTS[view].uuid;
    let own = HeaderCondition::all([HeaderTest::equals("tenant_uuid", tenant)]);
    let own = own.map_err(|error| Failure::running(chain(&error)))?;
    let subscription = bus
        .subscribe(SubscribeOptions::live([Binding::from(own)]))
        .await?;
    Ok(tokio::spawn(show(bus.clone(), view, subscription, shown)))
}

async fn show(
    bus: Bus,
    view: usize,
    mut subscription: Subscription,
    shown: mpsc::Sender<Happening>,
) {
    while let Some(delivery) = subscription.recv().await {
        let envelope = delivery.envelope().clone();
        let audience = bus.dialect().audience(&envelope).ok();
        let tenant = audience.as_ref().and_then(|audience| audience.tenant());
        let own = tenant.is_some_and(|tenant| tenant.as_str() == TENANTS[view].uuid);
        let happening = Happening::Seen {
            view,
            own,
            envelope,
        };
        // Whoever shows them is gone once the demo ends.
        if shown.send(happening).await.is_err() {
            delivery.hand_back();
            return;
        }
        if let Err(error) = delivery.ack().await {
            tracing::debug!(%error, "a view's event may come again");
        }
    }
}
