//! A transport and the dialect spoken on it.

use std::fmt;
use std::sync::Arc;

use super::Publisher;
use crate::dialect::Dialect;
use crate::observe::{Observer, Observers};
use crate::transport::{SubscribeOptions, Subscription, Transport, TransportError};

/// A transport and the dialect spoken on it: what services and publishers are made from.
///
/// Cloning copies a pointer.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    transport: Arc<dyn Transport>,
    dialect: Arc<dyn Dialect>,
    observers: Observers,
}

impl Bus {
    /// Speaks a dialect on a transport.
    pub fn new(transport: Arc<dyn Transport>, dialect: impl Dialect) -> Self {
        let observers = Observers::for_transport(transport.name());
        Self(Arc::new(Inner {
            transport,
            dialect: Arc::new(dialect),
            observers,
        }))
    }

    /// The same bus, watched by one more observer.
    #[must_use]
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        Self(Arc::new(Inner {
            transport: Arc::clone(&self.0.transport),
            dialect: Arc::clone(&self.0.dialect),
            observers: self.0.observers.with(observer),
        }))
    }

    /// The same transport, with another dialect.
    #[must_use]
    pub fn with_dialect(&self, dialect: impl Dialect) -> Self {
        Self(Arc::new(Inner {
            transport: Arc::clone(&self.0.transport),
            dialect: Arc::new(dialect),
            observers: self.0.observers.clone(),
        }))
    }

    /// The transport.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.0.transport
    }

    /// The dialect.
    pub fn dialect(&self) -> &dyn Dialect {
        &*self.0.dialect
    }

    pub(crate) fn observers(&self) -> &Observers {
        &self.0.observers
    }

    /// A publisher of events that nothing on this bus led to.
    pub fn publisher(&self) -> Publisher {
        Publisher::new(self.clone())
    }

    /// Begins a live supply of deliveries.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::subscribe`] says.
    pub async fn subscribe(
        &self,
        options: SubscribeOptions,
    ) -> Result<Subscription, TransportError> {
        self.0.transport.subscribe(options).await
    }

    /// Closes the transport.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::close`] says.
    pub async fn close(&self) -> Result<(), TransportError> {
        self.0.transport.close().await
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("transport", &self.0.transport)
            .field("dialect", &self.0.dialect)
            .finish()
    }
}
