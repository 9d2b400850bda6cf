//! The contract's face.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;
use trunkline_core::{
    Capabilities, DeadLetters, DelayId, Envelope, Health, PublishOptions, Receipt,
    SubscribeOptions, Subscription, Transport, TransportError,
};

use super::Mqtt;
use crate::NAME;
use crate::dead::GroupDeadLetters;

#[async_trait]
impl Transport for Mqtt {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        self.client().capabilities()
    }

    async fn publish(
        &self,
        envelope: Envelope,
        options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        self.client().publish(envelope, options).await
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        self.client().subscribe(options).await
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        self.client().board().check_open()?;
        if !self.capabilities().groups {
            return Err(TransportError::Unsupported {
                transport: NAME,
                what: "a group",
                hint: "see its capabilities",
            });
        }
        self.client().remove(group).await
    }

    async fn cancel_delayed(&self, _: &DelayId) -> Result<bool, TransportError> {
        self.client().board().check_open()?;
        Err(TransportError::Unsupported {
            transport: NAME,
            what: "a delayed delivery",
            hint: "publish when it is due",
        })
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        self.client().board().check_open()?;
        if !self.capabilities().dead_letter {
            return Err(TransportError::Unsupported {
                transport: NAME,
                what: "a place for dead letters",
                hint: "the broker says that it keeps no messages",
            });
        }
        Ok(Arc::new(GroupDeadLetters {
            client: Arc::clone(self.client()),
            group: group.to_owned(),
        }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        self.client().board().health()
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.client().close().await;
        Ok(())
    }
}

impl fmt::Debug for Mqtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mqtt")
            .field("name", &self.client().name)
            .field("health", &*self.client().board.health().borrow())
            .finish_non_exhaustive()
    }
}
