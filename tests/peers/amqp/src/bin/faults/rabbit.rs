//! RabbitMQ, and what can be made to go wrong with it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use trunkline_conformance::{Broker, Fault, Isolation, NotOffered};
use trunkline_core::{Transport, TransportError};
use trunkline_suite::proxy::{Mode, Proxy};
use trunkline_suite::rabbitmq::{Node, Vhost};

use crate::Contender;

/// A virtual host of one case, each client behind a proxy of its own.
pub struct Rabbit {
    vhost: Arc<Vhost>,
    contender: Contender,
    links: Mutex<HashMap<String, Arc<Proxy>>>,
}

impl Rabbit {
    pub async fn fresh(contender: Contender) -> Arc<dyn Broker> {
        let vhost = spawn_blocking(|| {
            let vhost = Vhost::new(Node::alone());
            // Theirs declares it with the first subscription; a publisher alone would find none.
            vhost.node().eval(&format!(
                "rabbit_exchange:declare(rabbit_misc:r(<<\"{}\">>, exchange, <<\"events\">>), \
                     topic, true, false, false, [], <<\"test\">>), ok",
                vhost.name()
            ));
            vhost
        });
        let vhost = vhost.await;
        Arc::new(Self {
            vhost: Arc::new(vhost.expect("a virtual host can be made")),
            contender,
            links: Mutex::default(),
        })
    }

    async fn link(&self, client: &str) -> Arc<Proxy> {
        Arc::clone(&self.links.lock().await[client])
    }

    async fn ask(&self, question: impl FnOnce(&Vhost) + Send + 'static) {
        let vhost = Arc::clone(&self.vhost);
        let asked = spawn_blocking(move || question(&vhost)).await;
        asked.expect("the node answers");
    }
}

#[async_trait]
impl Broker for Rabbit {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        let proxy = Arc::new(Proxy::to_port(self.vhost.node().port()).await);
        let url = self.vhost.url_at(proxy.port());
        self.links.lock().await.insert(name.to_owned(), proxy);
        self.contender.connect(&url, name).await
    }

    fn isolation(&self) -> Isolation {
        Isolation::Own
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(20)
    }

    fn notices_within(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        match fault {
            Fault::Cut { client } => drop(self.link(client).await.cut()),
            Fault::Freeze { client } => self.link(client).await.set(Mode::Stall).await,
            Fault::Thaw { client } => self.link(client).await.set(Mode::Pass).await,
            Fault::Stop => self.ask(|vhost| vhost.node().stop_broker()).await,
            Fault::Start => self.ask(|vhost| vhost.node().start_broker()).await,
            Fault::Restart => {
                self.ask(|vhost| {
                    vhost.node().stop_broker();
                    vhost.node().start_broker();
                })
                .await;
            }
            Fault::Evict { client } => {
                let client = client.to_owned();
                self.ask(move |vhost| vhost.close_connections(&client))
                    .await;
            }
            Fault::DropQueue { group } => {
                let group = group.to_owned();
                self.ask(move |vhost| vhost.delete_queue(&group)).await;
            }
            other => return Err(NotOffered(other.need())),
        }
        Ok(())
    }
}
