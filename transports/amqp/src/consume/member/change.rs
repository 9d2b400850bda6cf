//! Changing what a running subscription is bound to.

use async_trait::async_trait;
use lapin::Channel;
use trunkline_core::{Binding, SubscriptionControl, TransportError};

use super::{Member, Wishes};
use crate::error::{broker, closed};
use crate::topology::{self, Native};

impl Member {
    async fn session_channel(&self) -> Result<Channel, TransportError> {
        if self.state().ended {
            return Err(closed());
        }
        let up = self.client.consume_link().await?;
        topology::channel(&up).await
    }

    async fn bind_native(&self, channel: &Channel, native: &Native) -> Result<(), TransportError> {
        let bound = self.spec.binding(native).declare(channel).await;
        bound.map_err(|error| broker(format!("`{}` cannot be bound", self.spec.name), error))
    }

    /// Changes the bindings: the broker first gets what is new, then loses what is old.
    async fn change(&self, bindings: Vec<Binding>) -> Result<(), TransportError> {
        let channel = self.session_channel().await?;
        let wishes = Wishes::new(bindings, &self.client.config.exchange);
        let natives = wishes.plan.natives.clone();
        let before = self.wishes().plan.natives.clone();
        for native in natives.iter().filter(|native| !before.contains(native)) {
            self.bind_native(&channel, native).await?;
        }
        self.wish(wishes);
        for native in before.iter().filter(|native| !natives.contains(native)) {
            let unbound = channel.queue_unbind(
                self.spec.name.clone(),
                native.exchange.as_str().into(),
                native.key.as_str().into(),
                native.arguments.clone(),
            );
            unbound.await.map_err(|error| {
                broker(format!("`{}` cannot be unbound", self.spec.name), error)
            })?;
        }
        let _ = channel.close(200, "done".into()).await;
        Ok(())
    }
}

#[async_trait]
impl SubscriptionControl for Member {
    async fn bind(&self, binding: Binding) -> Result<(), TransportError> {
        let mut bindings = self.wishes().bindings.clone();
        if !bindings.contains(&binding) {
            bindings.push(binding);
        }
        self.change(bindings).await
    }

    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError> {
        let mut bindings = self.wishes().bindings.clone();
        let before = bindings.len();
        bindings.retain(|other| other != binding);
        if bindings.len() == before {
            return Ok(false);
        }
        self.change(bindings).await.map(|()| true)
    }

    async fn close(&self) -> Result<(), TransportError> {
        self.end().await;
        Ok(())
    }
}
