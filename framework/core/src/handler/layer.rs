//! `tower` layers around handlers.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{self, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{Context, DynHandler, HandlerFuture};
use crate::error::BoxError;
use crate::handler_error::HandlerError;
use crate::sync::Mutex;

/// A handler as a `tower` service: what layers are put around.
///
/// Its error is [`BoxError`]; a [`HandlerError`] inside keeps what it says of retry and reject on
/// its way out through any layer that passes errors on.
#[derive(Clone)]
pub struct HandlerService(Arc<dyn DynHandler>);

impl fmt::Debug for HandlerService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerService")
    }
}

impl Service<Context> for HandlerService {
    type Response = ();
    type Error = BoxError;
    type Future = futures_util::future::BoxFuture<'static, Result<(), BoxError>>;

    fn poll_ready(&mut self, _: &mut task::Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, context: Context) -> Self::Future {
        let running = self.0.call(&context);
        Box::pin(async move {
            match running {
                Ok(running) => running.await.map_err(|error| Carried(error).into()),
                Err(error) => Err(Carried(error).into()),
            }
        })
    }
}

/// A handler's error on its way through the layers.
struct Carried(HandlerError);

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Carried {}

/// Any error a layer gave, as a handler's; our own is found again, others mean *try again*.
fn uncarry(error: BoxError) -> HandlerError {
    match error.downcast::<Carried>() {
        Ok(carried) => carried.0,
        Err(other) => HandlerError::retry(other),
    }
}

/// A layer whose types are forgotten.
pub(crate) trait HandlerLayer: Send + Sync {
    fn wrap(&self, handler: Arc<dyn DynHandler>) -> Arc<dyn DynHandler>;
}

/// A `tower` layer as a [`HandlerLayer`].
pub(crate) struct LayerAdapter<L>(pub(crate) L);

impl<L> HandlerLayer for LayerAdapter<L>
where
    L: Layer<HandlerService> + Send + Sync,
    L::Service: Service<Context, Response = ()> + Clone + Send + 'static,
    <L::Service as Service<Context>>::Error: Into<BoxError>,
    <L::Service as Service<Context>>::Future: Send + 'static,
{
    fn wrap(&self, handler: Arc<dyn DynHandler>) -> Arc<dyn DynHandler> {
        let service = self.0.layer(HandlerService(handler));
        Arc::new(Layered {
            service: Mutex::new(service),
            marker: PhantomData::<fn(Context)>,
        })
    }
}

/// A layered service as a handler again.
struct Layered<S> {
    /// Cloned for each call, as `tower` services are; the lock is held for the clone alone.
    service: Mutex<S>,
    marker: PhantomData<fn(Context)>,
}

impl<S> DynHandler for Layered<S>
where
    S: Service<Context, Response = ()> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    fn call(&self, context: &Context) -> Result<HandlerFuture, HandlerError> {
        let mut service = self.service.lock().clone();
        let context = context.clone();
        Ok(Box::pin(async move {
            std::future::poll_fn(|cx| service.poll_ready(cx))
                .await
                .map_err(|error| uncarry(error.into()))?;
            service
                .call(context)
                .await
                .map_err(|error| uncarry(error.into()))
        }))
    }
}
