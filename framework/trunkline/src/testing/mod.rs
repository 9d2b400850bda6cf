//! Testing services: the service itself, under a harness that sees everything.
//!
//! A [`Harness`] runs your services on a broker of its own in memory, records what is published,
//! handled and dead-lettered, and knows when everything has come to rest. Under
//! `#[tokio::test(start_paused = true)]` retries, delays and time-outs take no time at all.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use trunkline::testing::Harness;
//! use trunkline::{HandlerError, Publisher, Service, TenantEvent, TenantId};
//!
//! #[derive(Serialize, Deserialize, TenantEvent)]
//! #[event(name = "call_ended", routing_key = "calls.{call_id}.ended")]
//! struct CallEnded { call_id: String, seconds: u32 }
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize, TenantEvent)]
//! #[event(name = "call_billed", routing_key = "billing.{call_id}")]
//! struct CallBilled { call_id: String, cents: u32 }
//!
//! async fn bill(call: CallEnded, tenant: TenantId, out: Publisher) -> Result<(), HandlerError> {
//!     let billed = CallBilled { call_id: call.call_id, cents: call.seconds / 6 };
//!     out.publish(&billed.for_tenant(tenant)).await?;
//!     Ok(())
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let harness = Harness::memory();
//! harness.start(Service::builder("billing", harness.bus()).on(bill)).await;
//!
//! harness.publish(&CallEnded { call_id: "42".into(), seconds: 60 }.for_tenant("acme")).await;
//!
//! let billed = harness.published::<CallBilled>();
//! assert_eq!(billed[0].event.cents, 10);
//! assert_eq!(billed[0].audience.tenant().unwrap(), &TenantId::from("acme"));
//! assert!(harness.dead_letters().await.is_empty());
//! # }
//! ```

mod harness;
mod recorder;

pub use harness::Harness;
pub use recorder::{Handled, PublishedEvent};
