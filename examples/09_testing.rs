//! The service under test is the service itself, on a broker in memory that keeps the promises of
//! real ones, with the clock in the test's hand: hours of retries take no time, and no test sleeps.
//!
//! Run it:
//!     cargo test -q -p trunkline-examples --bin 09_testing -- --test-threads 1 --format pretty
//!
//! It prints:
//!     running 3 tests
//!     test tests::a_broker_that_goes_away_and_returns_costs_nothing ... ok
//!     test tests::a_number_that_is_none_is_kept_and_never_tried_again ... ok
//!     test tests::a_pager_that_is_busy_for_hours_is_tried_until_it_answers ... ok
//!     …

use serde::{Deserialize, Serialize};
use trunkline::{AttemptNumber, Bus, HandlerError, Publisher, Service, ServiceBuilder};
use trunkline::{RetryPolicy, ServiceEvent};

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "trunk_lost", routing_key = "trunks.{trunk}.lost")]
struct TrunkLost {
    trunk: u32,
    pager: String,
}

#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(name = "engineer_paged", routing_key = "pagers.{pager}.paged")]
struct EngineerPaged {
    pager: String,
}

async fn page(
    lost: TrunkLost,
    AttemptNumber(attempt): AttemptNumber,
    out: Publisher,
) -> Result<(), HandlerError> {
    lost.pager.parse::<u64>().map_err(HandlerError::reject)?;
    if lost.trunk == 2 && attempt < 4 {
        return Err(HandlerError::retry("the pager is busy"));
    }
    out.publish(&EngineerPaged { pager: lost.pager }).await?;
    Ok(())
}

/// The service as `main` starts it, and as the tests do.
fn on_call(bus: Bus) -> ServiceBuilder {
    let hourly = RetryPolicy::ladder([3600, 3600, 3600].map(std::time::Duration::from_secs));
    Service::builder("on-call", bus).on(page).retry(hourly)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = trunkline::connect("memory:").await?;
    on_call(bus).build()?.start().await?.drain().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use trunkline::testing::Harness;

    use super::*;

    async fn with_trunk(trunk: u32, pager: &str) -> Harness {
        let harness = Harness::memory();
        harness.start(on_call(harness.bus())).await;
        let pager = pager.to_owned();
        harness.publish(&TrunkLost { trunk, pager }).await; // returns when all is at rest
        harness
    }

    #[tokio::test(start_paused = true)]
    async fn a_pager_that_is_busy_for_hours_is_tried_until_it_answers() {
        let harness = with_trunk(2, "5551").await;
        assert_eq!(harness.handled("page").len(), 4);
        assert_eq!(harness.published::<EngineerPaged>()[0].event.pager, "5551");
    }

    #[tokio::test(start_paused = true)]
    async fn a_number_that_is_none_is_kept_and_never_tried_again() {
        let harness = with_trunk(1, "the red one").await;
        assert_eq!(harness.handled("page").len(), 1);
        assert_eq!(harness.dead_letters().await[0].attempts, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_broker_that_goes_away_and_returns_costs_nothing() {
        let harness = with_trunk(1, "5551").await;
        harness.broker().restart();
        let pager = "5552".to_owned();
        harness.publish(&TrunkLost { trunk: 3, pager }).await;
        assert_eq!(harness.published::<EngineerPaged>().len(), 2);
    }
}
