//! What a case must not leave behind.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::yield_now;
use trunkline_core::TransportErrorKind;

use crate::broker::NotOffered;
use crate::client::{until, within};
use crate::stage::Stage;

/// Closes the case's clients, removes its groups, and asks the broker what is left: true if it said
/// *nothing*, false if it cannot say.
pub(crate) async fn take_down(stage: &Stage) -> bool {
    for client in stage.take_clients() {
        let what = format!("the close of {}", client.name());
        // Trouble is no failure here: the case may have cut this client off for good.
        let _ = within(stage.patience(), what, client.transport().close()).await;
    }
    remove_groups(stage).await;
    nothing_left(stage).await
}

async fn remove_groups(stage: &Stage) {
    let groups = stage.take_groups();
    if groups.is_empty() {
        return;
    }
    let janitor = stage.client("janitor").await;
    for group in groups.iter().filter(|_| janitor.capabilities().groups) {
        // Members that have just been closed may take a moment to go.
        let gone = || async {
            match janitor.transport().remove_group(group).await {
                Ok(_) => true,
                Err(error) if error.kind() == TransportErrorKind::Conflict => false,
                Err(error) => panic!("group `{group}` cannot be removed: {error:?}"),
            }
        };
        until(
            stage.patience(),
            format!("the end of group `{group}`"),
            gone,
        )
        .await;
    }
    janitor.close().await;
    stage.take_clients();
}

async fn nothing_left(stage: &Stage) -> bool {
    let patience = stage.patience();
    let begun = tokio::time::Instant::now();
    loop {
        match stage.leftovers().await {
            Err(NotOffered(_)) => return false,
            Ok(left) if left.is_empty() => return true,
            Ok(left) => assert!(
                begun.elapsed() < patience,
                "the broker still holds {left:?}"
            ),
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until no more tasks are alive than before.
pub(crate) async fn tasks_end(before: usize, patience: Duration) {
    let metrics = Handle::current().metrics();
    for _ in 0..64 {
        yield_now().await;
    }
    let what = format!("the end of the tasks that were begun ({before} before)");
    until(patience, what, || async {
        metrics.num_alive_tasks() <= before
    })
    .await;
}
