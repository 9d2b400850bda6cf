//! What becomes of a delivery once its handlers have had their try.

use std::sync::Arc;
use std::time::Duration;

use super::RetryPolicy;
use super::handlers::HandlerEntry;
use crate::handler_error::{Disposition, HandlerError};
use crate::headers::Headers;
use crate::observe::Ending;
use crate::transport::{DeadReason, HANDLERS_HEADER, Nack, Rejection, Settlement};

/// What a service owes a delivery whose handler failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Guarantee {
    /// Tried again up the retry policy, then kept as a dead letter. The default.
    #[default]
    AtLeastOnce,
    /// Acked whatever happens, as Wazo's own services do: a failure is logged and counted.
    AtMostOnce,
}

/// One handler's failure.
pub(crate) struct Failure {
    pub(crate) handler: Arc<HandlerEntry>,
    pub(crate) error: HandlerError,
}

/// Decides how a delivery ends. `failures` is empty when all handlers are done.
pub(crate) fn decide(
    failures: &[Failure],
    attempt: u32,
    policy: &RetryPolicy,
    guarantee: Guarantee,
) -> (Settlement, Ending) {
    if failures.is_empty() {
        return (Settlement::Ack, Ending::Acked);
    }
    if guarantee == Guarantee::AtMostOnce {
        return (Settlement::Ack, Ending::Dropped);
    }
    let wait = |failure: &Failure| match failure.error.disposition() {
        Disposition::Reject(_) => None,
        Disposition::Retry(asked) => {
            let policy = failure.handler.retry.as_ref().unwrap_or(policy);
            policy.wait_after(attempt).map(|wait| asked.unwrap_or(wait))
        }
    };
    // One settlement ends a delivery. While any handler may still succeed the event is tried
    // again, for all that failed; it dies, once, when none may.
    match failures.iter().filter_map(wait).max() {
        Some(after) => (retry(failures, after), Ending::Retried { after }),
        None => {
            let reason = failures
                .iter()
                .find_map(|failure| match failure.error.disposition() {
                    Disposition::Reject(reason) => Some(reason),
                    Disposition::Retry(_) => None,
                })
                .unwrap_or(DeadReason::AttemptsExhausted);
            (reject(failures, reason), Ending::DeadLettered { reason })
        }
    }
}

fn retry(failures: &[Failure], after: Duration) -> Settlement {
    let mut headers = Headers::new();
    let names: Vec<&str> = failures
        .iter()
        .map(|failure| failure.handler.name())
        .collect();
    let named = headers.insert(HANDLERS_HEADER, names.join(","));
    debug_assert!(named.is_ok(), "a short text is a header");
    let nack = Nack::after(after)
        .with_error(story(failures))
        .with_headers(headers);
    Settlement::Nack(Box::new(nack))
}

fn reject(failures: &[Failure], reason: DeadReason) -> Settlement {
    let handlers = failures
        .iter()
        .map(|failure| failure.handler.name().to_owned());
    let rejection = Rejection::new(reason, story(failures)).with_handlers(handlers);
    Settlement::Reject(Box::new(rejection))
}

/// The errors as one text; each names its handler when there are several.
fn story(failures: &[Failure]) -> String {
    match failures {
        [only] => only.error.to_string(),
        several => several
            .iter()
            .map(|failure| format!("{}: {}", failure.handler.name(), failure.error))
            .collect::<Vec<_>>()
            .join("; "),
    }
}
