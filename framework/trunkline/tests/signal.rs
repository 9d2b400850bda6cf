//! Signals, in a process of their own.
#![cfg(all(unix, feature = "signal"))]

#[tokio::test]
async fn a_signal_that_comes_before_anybody_waits_is_heard() {
    let told = trunkline::shutdown_signal();
    let id = std::process::id().to_string();
    let kill = std::process::Command::new("kill").arg(id).status();
    assert!(kill.expect("kill is everywhere").success());
    told.await.expect("signals can be heard");
}
