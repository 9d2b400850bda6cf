//! plugind on a broker in memory, with a plugin loaded from its file.

#![allow(clippy::unwrap_used, reason = "a test may")]

use call_stats::CallStatsCounted;
use mini_pbx_plugind::{Plugins, service};
use trunkline::testing::Harness;
use trunkline::{TenantId, UserEvent};
use trunkline_wazo::events::calld::{CallCreated, CallEnded};

#[tokio::test]
async fn a_plugin_that_lies_in_the_directory_counts_the_calls_of_each_tenant() {
    let directory = tempfile::tempdir().unwrap();
    // Beside this test's own file, where cargo puts what it depends on.
    let built = std::env::current_exe()
        .unwrap()
        .with_file_name("libcall_stats.so");
    std::fs::copy(built, directory.path().join("call-stats.so")).unwrap();
    let settings = directory.path().join("call-stats.toml");
    std::fs::write(settings, "[config]\nevery = 2\n").unwrap();

    let harness = Harness::memory();
    let running = service(harness.bus())
        .build()
        .unwrap()
        .start()
        .await
        .unwrap();
    let plugins = Plugins::of(&running, directory.path()).await.unwrap();
    let out = harness.publisher();
    let call_id = || Some("17".to_owned());
    for (tenant, user) in [("t1", "ada"), ("t2", "ada"), ("t1", "bo")] {
        let created = CallCreated {
            call_id: call_id(),
            ..CallCreated::default()
        };
        out.publish(&created.for_user(tenant, user)).await.unwrap();
        let ended = CallEnded {
            call_id: call_id(),
            ..CallEnded::default()
        };
        out.publish(&ended.for_user(tenant, user)).await.unwrap();
    }
    running.handle().settled(6).await;
    running.drain().await.unwrap();
    plugins.close().await;

    let counted = harness.published::<CallStatsCounted>();
    assert_eq!(counted.len(), 1);
    assert_eq!(counted[0].audience.tenant(), Some(&TenantId::from("t1")));
    assert_eq!((counted[0].event.created, counted[0].event.ended), (2, 2));
}
