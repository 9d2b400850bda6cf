//! A plugin, through its C interface, on a broker in memory.

#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use trunkline::{DeadReason, MultiUserEvent, ServiceEvent, TenantEvent, UserEvent};
use trunkline_plugin::testing::Harness;
use trunkline_plugin::{
    Audience, Context, DynamicEvent, Event, HandlerError, HeaderValue, Host, Result, export_plugin,
};

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_ended", routing_key = "calls.{call_id}.ended")]
struct CallEnded {
    call_id: String,
    seconds: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(name = "call_billed", routing_key = "billing.{call_id}")]
struct CallBilled {
    call_id: String,
    cents: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, ServiceEvent)]
#[event(name = "went_down", routing_key = "power.down")]
struct WentDown;

#[derive(Debug, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(name = "user_called", routing_key = "users.called")]
struct UserCalled {
    n: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, MultiUserEvent)]
#[event(name = "users_called", routing_key = "users.all.called")]
struct UsersCalled {
    n: u32,
}

#[derive(Deserialize)]
#[serde(default)]
struct Config {
    rate: u32,
    panic: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rate: 6,
            panic: false,
        }
    }
}

struct Billing {
    rate: u32,
    seen: AtomicU32,
    host: Host,
}

impl Drop for Billing {
    fn drop(&mut self) {
        self.host.count("dropped", 1);
        panic!("while the plugin is dropped");
    }
}

impl Billing {
    fn new(host: &Host) -> Result<Self> {
        let config: Config = host.config()?;
        assert!(!config.panic, "told to panic");
        if config.rate == 0 {
            return Err(HandlerError::reject("a rate of 0 bills nobody"));
        }
        Ok(Self {
            rate: config.rate,
            seen: AtomicU32::new(0),
            host: host.clone(),
        })
    }

    async fn bill(&self, call: CallEnded, cx: &Context) -> Result {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let cents = call.seconds / self.rate;
        let billed = CallBilled {
            call_id: call.call_id,
            cents,
        };
        cx.publish(&billed.for_tenant(cx.tenant()?)).await?;
        cx.count("billed", 1);
        Ok(())
    }

    fn look(&self, event: Event<'_>, cx: &Context) -> Result {
        let audience = cx.audience()?;
        let text = format!(
            "{:?} {} {} {:?} {:?} {}",
            event.name(),
            event.routing_key(),
            event.attempt(),
            event.header("tenant_uuid").and_then(HeaderValue::as_text),
            audience,
            cx.content_text()?,
        );
        let seen =
            DynamicEvent::service("event_seen", "seen")?.with_content(&json!({ "text": text }))?;
        cx.publish_blocking(&seen)?;
        Ok(())
    }

    fn down(&self, _: WentDown) {
        self.seen.fetch_add(1, Ordering::SeqCst);
    }

    async fn user(&self, cx: &Context, event: UserCalled, raw: Event<'_>) -> Result {
        let Audience::User { tenant, user } = cx.audience()? else {
            return Err(HandlerError::reject("not a user's"));
        };
        let user = user.ok_or_else(|| HandlerError::reject("no user"))?;
        let answer = UserCalled { n: event.n + 1 };
        if event.n == 1 {
            cx.publish(&answer.for_user(tenant, user)).await?;
        }
        // The raw event is still there after waiting.
        assert_eq!(raw.name(), Some("user_called"));
        Ok(())
    }

    fn users(&self, event: UsersCalled, cx: &Context) -> Result {
        assert_eq!(cx.audience()?.named_users().len(), 2);
        assert_eq!(event.n, 3);
        Ok(())
    }

    fn panics(&self) {
        panic!("number {}", self.seen.fetch_add(1, Ordering::SeqCst) + 1);
    }

    async fn panics_later(&self) {
        tokio::task::yield_now().await;
        panic!("later");
    }

    async fn panics_in_drop(&self) {
        struct Trap;
        impl Drop for Trap {
            fn drop(&mut self) {
                panic!("while being dropped");
            }
        }
        let _trap = Trap;
        std::future::pending::<()>().await;
    }

    async fn later(&self) -> Result {
        Err(HandlerError::retry_after(
            Duration::from_millis(5),
            "not yet",
        ))
    }

    async fn forbidden(&self, cx: &Context) -> Result {
        let other = DynamicEvent::service("secret", "secret")?;
        cx.publish(&other).await.map_err(HandlerError::reject)?;
        Ok(())
    }
}

export_plugin! {
    Billing {
        CallEnded => bill,
        ["look", "peek"] => look,
        key "odd.#" => look_by_key,
        WentDown => down { inline },
        UserCalled => user,
        UsersCalled => users { timeout_ms: 5_000 },
        "panics" => panics,
        "panics_later" => panics_later,
        "panics_in_drop" => panics_in_drop { timeout_ms: 50 },
        "later" => later,
        "forbidden" => forbidden,
    }
    publishes ["call_billed", "event_seen", "user_called"]
}

impl Billing {
    fn look_by_key(&self, event: Event<'_>, cx: &Context) -> Result {
        self.look(event, cx)
    }
}

fn event(name: &'static str, key: &'static str) -> DynamicEvent {
    let event = DynamicEvent::tenant(name, key, "acme").unwrap();
    event.with_content(&json!({ "n": 1 })).unwrap()
}

async fn start() -> Harness<Billing> {
    Harness::start(json!({})).await
}

#[tokio::test]
async fn a_typed_event_is_handled_and_what_it_led_to_is_published() {
    let harness = start().await;
    let call = CallEnded {
        call_id: "42".into(),
        seconds: 60,
    };
    harness.publish(&call.for_tenant("acme")).await;
    let billed = harness.published::<CallBilled>();
    assert_eq!(billed[0].event.cents, 10);
    assert_eq!(billed[0].audience.tenant().unwrap().as_str(), "acme");
    let sent = &harness.published::<CallEnded>()[0].envelope;
    let properties = billed[0].envelope.properties();
    assert_eq!(
        properties.causation_id(),
        sent.id().map(ToString::to_string).as_deref()
    );
    assert_eq!(harness.published_by_plugin(), ["call_billed"]);
    assert!(harness.dead_letters().await.is_empty());
    harness.end().await;
}

#[tokio::test]
async fn a_blocking_handler_sees_the_raw_event() {
    let harness = start().await;
    harness.publish(&event("peek", "peek.it")).await;
    harness.publish(&event("unnamed", "odd.one")).await;
    let text = |at: usize| {
        let envelope = harness
            .envelopes()
            .into_iter()
            .filter(|envelope| envelope.routing_key().as_str() == "seen")
            .nth(at);
        String::from_utf8(envelope.unwrap().body().to_vec()).unwrap()
    };
    let first = text(0);
    assert!(
        first.contains("peek.it 1 Some(\\\"acme\\\") Tenant(TenantId(acme)) {\\\"n\\\":1}"),
        "{first}"
    );
    assert!(text(1).contains("odd.one 1"), "{}", text(1));
    harness.end().await;
}

#[tokio::test]
async fn all_four_levels_are_handled() {
    let harness = start().await;
    harness.publish(&WentDown).await;
    harness
        .publish(&UserCalled { n: 1 }.for_user("acme", "u1"))
        .await;
    harness
        .publish(&UsersCalled { n: 3 }.for_users("acme", ["u1", "u2"]))
        .await;
    harness.idle().await;
    let answers = harness.published::<UserCalled>();
    assert_eq!(answers[1].event, UserCalled { n: 2 });
    assert_eq!(answers[1].audience, answers[0].audience);
    assert!(
        harness.dead_letters().await.is_empty(),
        "{:?}",
        harness.dead_letters().await
    );
    assert_eq!(harness.plugin().counts.done, 4);
    harness.end().await;
}

#[tokio::test]
async fn what_is_not_what_a_handler_takes_is_rejected_at_once() {
    let harness = start().await;
    harness.publish(&event("call_ended", "calls.1.ended")).await;
    let letters = harness.dead_letters().await;
    assert_eq!(letters[0].reason, DeadReason::Rejected);
    assert!(
        letters[0].error.contains("missing field `call_id`"),
        "{}",
        letters[0].error
    );
    assert_eq!(letters[0].attempts, 1);
    harness.end().await;
}

/// What the first try of a handler came to, on a plugin of its own.
async fn first_error(name: &'static str) -> String {
    let harness = start().await;
    harness.publish(&event(name, name)).await;
    let handled = harness.handled(&format!("trunkline-plugin/{name}"));
    assert_eq!(
        handled.len(),
        3,
        "it is tried again, and is then a dead letter"
    );
    assert_eq!(harness.dead_letters().await.len(), 1);
    harness.end().await;
    handled[0].outcome.clone().unwrap_err()
}

#[tokio::test]
async fn a_panic_is_a_failed_event_wherever_it_happens() {
    let text = first_error("panics").await;
    assert_eq!(text, "the plugin panicked: number 1");
    let text = first_error("panics_later").await;
    assert_eq!(text, "the plugin panicked: later");
    let text = first_error("panics_in_drop").await;
    assert!(text.contains("was not done within 50ms"), "{text}");
}

#[tokio::test]
async fn a_handler_says_when_to_try_again() {
    assert_eq!(first_error("later").await, "not yet");
}

#[tokio::test]
async fn publishing_what_is_not_declared_is_refused_with_advice() {
    let harness = start().await;
    harness.publish(&event("forbidden", "forbidden")).await;
    let letters = harness.dead_letters().await;
    let text = &letters[0].error;
    assert!(
        text.contains("may not publish `secret`; add it to `publishes [...]`"),
        "{text}"
    );
    assert_eq!(harness.plugin().counts.denied, 1);
    harness.end().await;
}

#[tokio::test]
async fn a_plugin_that_cannot_start_says_why() {
    let refusal = async |config| Harness::<Billing>::try_start(config).await.unwrap_err();
    assert_eq!(
        refusal(json!({ "rate": 0 })).await,
        "init failed: a rate of 0 bills nobody"
    );
    let text = refusal(json!({ "rate": "x" })).await;
    assert!(
        text.starts_with("init failed: configuration: invalid type"),
        "{text}"
    );
    let text = refusal(json!({ "panic": true })).await;
    assert!(
        text.starts_with("panicked in init: told to panic"),
        "{text}"
    );
}

#[test]
fn the_manifest_says_what_each_handler_is() {
    let (head, manifest) = <Billing as trunkline_plugin::Plugin>::meta();
    assert_eq!(head.abi_major, 1);
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert_eq!(manifest["name"], "trunkline-plugin");
    let handlers = manifest["handlers"].as_array().unwrap();
    let one = |at: usize| {
        let handler = &handlers[at];
        assert_eq!(handler["id"], at);
        (
            handler["fn"].as_str().unwrap(),
            handler["kind"].as_str().unwrap(),
            handler["timeout_ms"].as_u64().unwrap(),
        )
    };
    assert_eq!(one(0), ("bill", "async", 0));
    assert_eq!(one(1), ("look", "sync", 0));
    assert_eq!(one(3), ("down", "inline", 0));
    assert_eq!(one(5), ("users", "sync", 5000));
    assert_eq!(handlers[0]["events"], json!(["call_ended"]));
    assert_eq!(handlers[1]["events"], json!(["look", "peek"]));
    assert_eq!(handlers[2]["keys"], json!(["odd.#"]));
    assert_eq!(manifest["publishes"][0], "call_billed");
}
