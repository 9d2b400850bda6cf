//! Three tests a developer of Wazo services would write, each run a thousand times.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use trunkline::testing::Harness;
use trunkline::{
    AttemptNumber, Binding, Context, Data, DeadReason, HandlerError, HeaderCondition, HeaderTest,
    Publisher, RetryPolicy, Service, State, TenantEvent, TenantId, UserEvent, UserId,
};

const TIMES: usize = 1000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_created",
    service = "calld",
    routing_key = "calls.call.created"
)]
#[event(required_acl = "events.calls.{user_uuid}")]
struct CallCreated {
    call_id: String,
    caller_id_number: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(
    name = "call_ended",
    service = "calld",
    routing_key = "calls.call.ended"
)]
struct CallEnded {
    call_id: String,
    seconds: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, UserEvent)]
#[event(name = "call_log_user_created", service = "call_logd")]
#[event(routing_key = "call_log.user.{user_uuid}.created")]
struct CallLogCreated {
    source: String,
    seconds: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TenantEvent)]
#[event(
    name = "user_created",
    service = "confd",
    routing_key = "config.user.created"
)]
struct UserCreated {
    uuid: String,
}

/// A call log remembers how a call began, and is written when it ends.
#[derive(Default)]
struct CallLogs(Mutex<HashMap<String, String>>);

async fn call_begins(call: CallCreated, State(logs): State<CallLogs>) {
    logs.0
        .lock()
        .unwrap()
        .insert(call.call_id, call.caller_id_number);
}

async fn call_ends(
    call: CallEnded,
    context: Context,
    State(logs): State<CallLogs>,
    publisher: Publisher,
) -> Result<(), HandlerError> {
    let Some(source) = logs.0.lock().unwrap().remove(&call.call_id) else {
        return Err(HandlerError::reject("the call was never seen to begin"));
    };
    let audience = context.audience()?;
    let (Some(tenant), [user]) = (audience.tenant(), audience.named_users()) else {
        return Err(HandlerError::reject("a call log belongs to a user"));
    };
    let log = CallLogCreated {
        source,
        seconds: call.seconds,
    };
    publisher
        .publish(&log.for_user(tenant, user.clone()))
        .await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_log_is_written_when_a_call_ends() {
    for _ in 0..TIMES {
        let harness = Harness::memory();
        let logd = Service::builder("call-logd", harness.bus())
            .on(call_begins)
            .on(call_ends)
            .state(CallLogs::default());
        harness.start(logd).await;

        let call_id = "1700000000.42".to_owned();
        let created = CallCreated {
            call_id: call_id.clone(),
            caller_id_number: "1001".into(),
        };
        harness.publish(&created.for_user("acme", "alice")).await;
        harness
            .publish(
                &CallEnded {
                    call_id,
                    seconds: 61,
                }
                .for_user("acme", "alice"),
            )
            .await;

        let logs = harness.published::<CallLogCreated>();
        assert_eq!(logs.len(), 1);
        assert_eq!(
            logs[0].event,
            CallLogCreated {
                source: "1001".into(),
                seconds: 61
            }
        );
        assert_eq!(logs[0].audience.named_users(), [UserId::from("alice")]);
        assert_eq!(
            logs[0].envelope.routing_key().as_str(),
            "call_log.user.alice.created"
        );
        assert!(harness.dead_letters().await.is_empty());
        harness.drain().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_user_gets_a_presence_though_the_database_is_away_at_first() {
    async fn create_presence(
        user: UserCreated,
        tenant: TenantId,
        AttemptNumber(attempt): AttemptNumber,
        State(presences): State<Mutex<Vec<(TenantId, String)>>>,
    ) -> Result<(), HandlerError> {
        match user.uuid.as_str() {
            "nobody" => Err(HandlerError::reject("nobody has no presence")),
            _ if attempt < 3 => Err(HandlerError::retry("the database is away")),
            _ => {
                presences.lock().unwrap().push((tenant, user.uuid));
                Ok(())
            }
        }
    }
    for _ in 0..TIMES {
        let harness = Harness::memory();
        let presences = Mutex::<Vec<(TenantId, String)>>::default();
        let chatd = Service::builder("chatd", harness.bus())
            .on(create_presence)
            .state(presences)
            .retry(RetryPolicy::ladder([1, 10, 60].map(Duration::from_secs)));
        harness.start(chatd).await;

        harness
            .publish(
                &UserCreated {
                    uuid: "alice".into(),
                }
                .for_tenant("acme"),
            )
            .await;
        let tries = harness.handled("create_presence");
        let outcomes: Vec<_> = tries
            .iter()
            .map(|one| (one.attempt, one.outcome.is_ok()))
            .collect();
        assert_eq!(outcomes, [(1, false), (2, false), (3, true)]);
        assert!(harness.dead_letters().await.is_empty());

        harness
            .publish(
                &UserCreated {
                    uuid: "nobody".into(),
                }
                .for_tenant("acme"),
            )
            .await;
        let letters = harness.dead_letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].reason, DeadReason::Rejected);
        assert_eq!(letters[0].error, "nobody has no presence");

        assert_eq!(harness.replay_dead_letters().await, 1);
        assert_eq!(
            harness.dead_letters().await.len(),
            1,
            "it is rejected again"
        );
        harness.drain().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_webhook_fires_for_its_own_user_and_no_other() {
    async fn fire(Data(data): Data<serde_json::Value>, State(fired): State<Mutex<Vec<String>>>) {
        fired
            .lock()
            .unwrap()
            .push(data["call_id"].as_str().unwrap_or("?").to_owned());
    }
    for _ in 0..TIMES {
        let harness = Harness::memory();
        let alice = HeaderCondition::all([
            HeaderTest::equals("tenant_uuid", "acme"),
            HeaderTest::equals("user_uuid:alice", true),
        ]);
        let wanted = Binding::builder()
            .name("call_created")
            .headers(alice.unwrap())
            .build()
            .unwrap();
        let webhookd = Service::builder("webhookd", harness.bus())
            .on_binding(wanted, fire)
            .state(Mutex::<Vec<String>>::default());
        let webhookd = harness.start(webhookd).await;

        for (tenant, user, call_id) in [
            ("acme", "alice", "1"),
            ("acme", "bob", "2"),
            ("globex", "alice", "3"),
        ] {
            let call = CallCreated {
                call_id: call_id.into(),
                caller_id_number: "1001".into(),
            };
            harness.publish(&call.for_user(tenant, user)).await;
        }
        let fired: Vec<_> = harness
            .handled("fire")
            .iter()
            .map(|one| {
                one.envelope
                    .headers()
                    .text("tenant_uuid")
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(fired, ["acme"]);
        assert_eq!(webhookd.handlers().len(), 1);
        harness.drain().await;
    }
}
