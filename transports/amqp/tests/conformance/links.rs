//! A client's way to the node, which can be broken.

use std::sync::{Arc, Weak};

use trunkline_amqp::Amqp;
use trunkline_suite::proxy::{Mode, Proxy};

/// One client, and the two addresses it knows.
pub(crate) struct ClientLinks {
    pub(crate) proxies: [Proxy; 2],
    /// Weak, so that dropping a client is dropping it.
    pub(crate) client: Weak<Amqp>,
}

impl ClientLinks {
    pub(crate) async fn to(port: u16) -> Self {
        Self {
            proxies: [Proxy::to_port(port).await, Proxy::to_port(port).await],
            client: Weak::new(),
        }
    }

    pub(crate) fn cut(&self) {
        for proxy in &self.proxies {
            proxy.cut();
        }
    }

    pub(crate) async fn set(&self, mode: Mode) {
        for proxy in &self.proxies {
            proxy.set(mode).await;
        }
    }

    pub(crate) fn client(&self) -> Option<Arc<Amqp>> {
        self.client.upgrade()
    }
}
