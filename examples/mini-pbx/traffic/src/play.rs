//! Having it happen.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use trunkline::{PublishError, Publisher};

use crate::happening::Happening;

/// How fast time goes by in the town.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many times as fast as here; 1 is as fast.
    Times(f64),
    /// As fast as the broker takes it.
    Max,
}

impl Speed {
    /// How long after the beginning something is due here that is due then in the town.
    fn due(self, at: Duration) -> Option<Duration> {
        match self {
            Self::Times(times) if times > 0.0 => {
                Duration::try_from_secs_f64(at.as_secs_f64() / times).ok()
            }
            _ => None,
        }
    }
}

/// Publishes what happens, each when it is due; says how many those were.
///
/// Dropping the future leaves the rest unpublished.
///
/// # Errors
/// [`PublishError`] of the first that could not be published.
pub async fn play(
    out: &Publisher,
    happenings: &[Happening],
    speed: Speed,
) -> Result<usize, PublishError> {
    let began = Instant::now();
    for happening in happenings {
        if let Some(due) = speed.due(happening.at) {
            sleep_until(began + due).await;
        }
        happening.publish(out).await?;
    }
    Ok(happenings.len())
}
