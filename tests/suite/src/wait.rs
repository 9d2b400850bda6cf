//! Waiting for what ought to happen, with an end.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, Instant};

/// A pause between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Looks again and again until something holds; the thread is blocked meanwhile.
///
/// # Panics
/// When it does not hold within `limit`, saying what was awaited.
pub fn wait_until(limit: Duration, what: impl Display, mut holds: impl FnMut() -> bool) {
    let give_up = Instant::now() + limit;
    while !holds() {
        assert!(Instant::now() < give_up, "not within {limit:?}: {what}");
        std::thread::sleep(LOOK);
    }
}

/// Looks again and again until something holds, letting other tasks run.
///
/// # Panics
/// When it does not hold within `limit`, saying what was awaited.
pub async fn wait_until_async<F: Future<Output = bool>>(
    limit: Duration,
    what: impl Display,
    mut holds: impl FnMut() -> F,
) {
    let give_up = Instant::now() + limit;
    while !holds().await {
        assert!(Instant::now() < give_up, "not within {limit:?}: {what}");
        tokio::time::sleep(LOOK).await;
    }
}
