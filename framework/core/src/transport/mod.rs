//! The contract between the framework and a broker's adapter.

mod capabilities;
mod dead_letter;
mod delivery;
mod error;
mod health;
mod options;
mod settle;
mod subscription;
mod topology;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

pub use capabilities::{
    AttemptCount, Capabilities, HeaderSupport, Ordering, Redelivery, UnroutableDetection,
};
pub use dead_letter::{DeadLetter, DeadLetters, DeadReason};
pub(crate) use delivery::Claim;
pub use delivery::Delivery;
pub use error::{TransportError, TransportErrorKind};
pub use health::Health;
pub use options::{
    DelayId, Overflow, PublishOptions, Receipt, Routing, SubscribeOptions, SubscriptionKind,
};
pub use settle::{
    HANDLERS_HEADER, Nack, Rejection, SettleError, SettleFuture, Settlement, Settler, Ticket,
};
pub use subscription::{Gap, Incoming, Source, Subscription, SubscriptionControl};
pub use topology::{Inspector, Lasting, Matching, Part, PartState, Purpose, Topology};

use crate::envelope::Envelope;
use crate::headers::{HeaderLimits, Headers, is_reserved_header};

/// What a broker's adapter promises the framework.
///
/// Held as `Arc<dyn Transport>` and chosen by URL when the program runs.
///
/// # Contract
/// - `publish` returns `Ok` once the broker owns the envelope, if
///   [`publish_confirm`](Capabilities::publish_confirm) is claimed.
/// - `subscribe` returns once the broker has the bindings: what is published afterwards arrives.
/// - A promise not claimed in [`Capabilities`] is refused with
///   [`Unsupported`](TransportError::Unsupported); it is never quietly ignored.
/// - Limits and names are checked before the wire, with [`check_publish`].
/// - A retry or a dead letter is owned by the broker before its original is settled.
/// - `close` may be called from any task, any number of times, in any state; afterwards every
///   call fails with [`Closed`](TransportError::Closed).
///
/// The cases of the crate `trunkline-conformance` show each of these.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// The transport's name in errors, logs and metrics, such as `memory`.
    fn name(&self) -> &'static str;

    /// What this transport, as configured, can do.
    fn capabilities(&self) -> &Capabilities;

    /// Hands an envelope to the broker.
    ///
    /// Dropping the future may still publish.
    ///
    /// # Errors
    /// [`TransportError`]; [`is_retryable`](TransportError::is_retryable) tells whether the same
    /// call may succeed later.
    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError>;

    /// Hands an envelope to the broker where that takes no waiting; otherwise gives the envelope
    /// back, and [`publish`](Transport::publish) is to be asked.
    ///
    /// A transport that always waits, for a network or a confirm, leaves this as it is.
    ///
    /// # Errors
    /// The envelope, if there is something to wait for. What comes of the publish itself is inside:
    /// the same as `publish` would give.
    fn publish_at_once(
        &self,
        envelope: Envelope,
        options: &PublishOptions,
    ) -> Result<Result<Receipt, TransportError>, Envelope> {
        let _ = options;
        Err(envelope)
    }

    /// Begins a live supply of deliveries.
    ///
    /// Dropping the future leaves no subscription behind.
    ///
    /// # Errors
    /// [`TransportError`], among them [`Unsupported`](TransportError::Unsupported) and
    /// [`GroupConflict`](TransportError::GroupConflict).
    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError>;

    /// Removes a durable group with everything that waits in it; true if there was one.
    ///
    /// # Errors
    /// [`TransportError`] when the broker cannot be asked, or the group is in use.
    async fn remove_group(&self, group: &str) -> Result<bool, TransportError>;

    /// Withdraws a delayed event before it is due; false if it was due already.
    ///
    /// # Errors
    /// [`Unsupported`](TransportError::Unsupported) where delays cannot be withdrawn.
    async fn cancel_delayed(&self, id: &DelayId) -> Result<bool, TransportError>;

    /// The dead letters of a group, or of a live subscription's name.
    ///
    /// # Errors
    /// [`Unsupported`](TransportError::Unsupported) where there are none.
    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError>;

    /// The state of the link, as it changes.
    fn health(&self) -> watch::Receiver<Health>;

    /// Ends everything this transport began; returns when it has ended.
    ///
    /// # Errors
    /// The first trouble met; the transport is closed all the same.
    async fn close(&self) -> Result<(), TransportError>;
}

/// Checks what every transport must refuse before the wire: a key that is not canonical, reserved
/// or unfit headers, a body over the limit.
///
/// # Errors
/// [`TransportError`] of kind [`Refused`](TransportErrorKind::Refused).
pub fn check_publish(
    transport: &'static str,
    capabilities: &Capabilities,
    envelope: &Envelope,
) -> Result<(), TransportError> {
    let key = envelope.routing_key();
    key.check_canonical()
        .map_err(|source| TransportError::Key {
            transport,
            key: key.as_str().into(),
            source,
        })?;
    check_headers(transport, &capabilities.header_limits, envelope.headers())?;
    let size = envelope.body().len();
    if size > capabilities.max_payload {
        let limit = capabilities.max_payload;
        return Err(TransportError::PayloadTooLarge {
            transport,
            size,
            limit,
        });
    }
    Ok(())
}

/// One walk over the bytes finds whether anything is wrong; only then is looked for what it is.
fn check_headers(
    transport: &'static str,
    limits: &HeaderLimits,
    headers: &Headers,
) -> Result<(), TransportError> {
    let fits = headers.len() <= limits.headers
        && headers.byte_len() <= limits.bytes
        && headers.raw().all(|entry| {
            !entry.name.starts_with(b"x-")
                && entry.name.len() <= limits.name_bytes
                && entry.value.depth() <= limits.nesting
        });
    if fits {
        return Ok(());
    }
    if let Some((name, _)) = headers.iter().find(|(name, _)| is_reserved_header(name)) {
        return Err(TransportError::ReservedHeader {
            transport,
            header: name.into(),
        });
    }
    headers
        .check(limits)
        .map_err(|source| TransportError::Header { transport, source })
}
