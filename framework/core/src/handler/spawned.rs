//! Handlers as tasks of their own, so that several processors serve one service.

use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};

use tokio::task::JoinHandle;
use tracing::{Instrument, Span};

use super::{Context, DynHandler, HandlerFuture, HandlerLayer};
use crate::handler_error::HandlerError;

/// Runs each call of a handler as a task of its own.
pub(crate) struct Spawned(pub(crate) Arc<dyn DynHandler>);

impl DynHandler for Spawned {
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        let (handler, context) = (Arc::clone(&self.0), context.clone());
        // Reading the event is part of the work, and may take as long as the handler does.
        let work = async move { handler.call(&context)?.await };
        Ok(Box::pin(Running(tokio::spawn(
            work.instrument(Span::current()),
        ))))
    }
}

/// Puts every handler on tasks of its own.
pub(crate) struct SpawnLayer;

impl HandlerLayer for SpawnLayer {
    fn wrap(&self, handler: Arc<dyn DynHandler>) -> Arc<dyn DynHandler> {
        Arc::new(Spawned(handler))
    }
}

/// A call at work on its task; dropped, it is cancelled there.
struct Running(JoinHandle<Result<(), HandlerError>>);

impl Future for Running {
    type Output = Result<(), HandlerError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let ended = ready!(Pin::new(&mut self.0).poll(cx));
        Poll::Ready(ended.unwrap_or_else(|error| match error.try_into_panic() {
            // Told where a panic of an inline handler is.
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(HandlerError::retry(cancelled)),
        }))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
