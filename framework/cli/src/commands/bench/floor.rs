//! The least that any dispatcher has to do.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use trunkline::{Envelope, HandlerError, HandlerFuture};

use super::Bench;
use super::sample::name;
use crate::failure::Failure;

type Handler = Box<dyn Fn(Envelope) -> HandlerFuture + Send + Sync>;

/// Takes events from a bounded channel, finds each one's handler by name, awaits its future.
pub(super) async fn floor(envelopes: &[Envelope], plan: &Bench) -> Result<Duration, Failure> {
    let named: Vec<String> = (0..plan.handlers).map(name).collect();
    let handlers: HashMap<&str, Handler> = named
        .iter()
        .map(|name| (name.as_str(), handler()))
        .collect();
    let (sender, mut receiver) = mpsc::channel(plan.count);
    for number in 0..plan.count {
        let at = number % envelopes.len();
        let queued = sender.try_send((named[at].as_str(), envelopes[at].clone()));
        queued.map_err(|_| Failure::running("the floor's channel is too small"))?;
    }
    drop(sender);
    let begun = Instant::now();
    while let Some((name, envelope)) = receiver.recv().await {
        if let Some(handler) = handlers.get(name) {
            let handled: Result<(), HandlerError> = handler(envelope).await;
            handled.map_err(|error| Failure::running(error.to_string()))?;
        }
    }
    Ok(begun.elapsed())
}

fn handler() -> Handler {
    Box::new(|envelope| {
        Box::pin(async move {
            black_box(envelope);
            Ok(())
        })
    })
}
