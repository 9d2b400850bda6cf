//! Events of Wazo's catalogue, taken and published by a plugin on a bus that speaks Wazo's dialect.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use trunkline::wazo::events::calld::CallCreated;
use trunkline::wazo::events::confd::{AccessFeatureCreated, UserCreated};
use trunkline::{TenantEvent, UserEvent};
use trunkline_plugin::testing::Harness;
use trunkline_plugin::{Audience, Context, Event, HandlerError, Host, Result, export_plugin};

/// Calls each new user.
struct Operator {
    features: AtomicUsize,
}

impl Operator {
    fn new(_: &Host) -> Result<Self> {
        let features = AtomicUsize::new(0);
        Ok(Self { features })
    }

    async fn call(&self, user: UserCreated, raw: Event<'_>, cx: &Context) -> Result {
        let uuid = user.uuid.ok_or_else(|| HandlerError::reject("nobody"))?;
        let call = CallCreated {
            call_id: Some(format!("{}-{}", raw.routing_key(), uuid.as_str())),
            ..CallCreated::default()
        };
        cx.publish(&call.for_user(cx.tenant()?, uuid.as_str()))
            .await?;
        Ok(())
    }

    fn ring(&self, call: CallCreated, cx: &Context) -> Result {
        let Audience::User { user, .. } = cx.audience()? else {
            return Err(HandlerError::reject("a call without a user"));
        };
        let features = self.features.load(Ordering::SeqCst);
        let text = format!("{:?} for {user:?}, {features} features", call.call_id);
        Err(HandlerError::reject(text))
    }

    fn feature(&self, _: AccessFeatureCreated) {
        self.features.fetch_add(1, Ordering::SeqCst);
    }
}

export_plugin! {
    Operator {
        UserCreated => call,
        CallCreated => ring,
        AccessFeatureCreated => feature { inline },
    }
    publishes ["call_created"]
}

#[tokio::test]
async fn events_of_the_catalogue_are_taken_and_published_as_wazo_has_them() {
    let harness = Harness::<Operator>::start(json!({})).await;
    assert_eq!(harness.bus().dialect().name(), "wazo");
    harness.publish(&AccessFeatureCreated::default()).await;
    let user = UserCreated {
        uuid: Some("u-1".into()),
        ..UserCreated::default()
    };
    harness.publish(&user.for_tenant("t-1")).await;
    harness.idle().await;
    let calls = harness.published::<CallCreated>();
    assert_eq!(calls.len(), 1);
    let call_id = calls[0].event.call_id.as_deref();
    assert_eq!(call_id, Some("config.user.created-u-1"));
    let headers = calls[0].envelope.headers();
    assert_eq!(headers.text("name"), Some("call_created"));
    assert_eq!(headers.text("tenant_uuid"), Some("t-1"));
    let letters = harness.dead_letters().await;
    let told = "Some(\"config.user.created-u-1\") for Some(UserId(u-1)), 1 features";
    assert_eq!(letters[0].error, told);
    harness.end().await;
}
