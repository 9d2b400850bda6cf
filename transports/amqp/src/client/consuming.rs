//! Keeping what consumes: subscriptions come back with the link.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::JoinSet;
use trunkline_core::TransportError;

use super::{Client, Way};
use crate::link::{Duty, Up};
use crate::topology;

/// Keeps what consumes.
pub(super) struct Consuming(pub(super) Arc<Client>);

#[async_trait]
impl Duty for Consuming {
    fn role(&self) -> &'static str {
        "consume"
    }

    async fn restore(&self, up: &Arc<Up>) -> Result<(), TransportError> {
        let client = &self.0;
        let channel = topology::channel(up).await?;
        topology::declare_exchanges(&channel, &client.config).await?;
        let _ = channel.close(200, "done".into()).await;
        for member in client.members() {
            if let Err(error) = member.make(up).await {
                if !up.connection().status().connected() {
                    return Err(error);
                }
                member.not_made(up, error);
            }
        }
        Ok(())
    }

    fn tell(&self, state: Result<Arc<Up>, &TransportError>) {
        let client = &self.0;
        let (way, told) = match state {
            Ok(up) => (Way::Up(up), Ok(())),
            Err(error @ TransportError::Closed { .. }) => (Way::Closed, Err(error)),
            Err(error) => (Way::Down, Err(error)),
        };
        match &way {
            Way::Up(_) => {}
            Way::Down => client.members().iter().for_each(|member| member.suspend()),
            Way::Closed => client.members().iter().for_each(|member| member.shut()),
        }
        client.consume.send_replace(way);
        client.health.tell(1, told);
    }

    async fn conclude(&self) {
        let mut ending = JoinSet::new();
        for member in self.0.members() {
            ending.spawn(async move { member.conclude().await });
        }
        while ending.join_next().await.is_some() {}
    }
}
