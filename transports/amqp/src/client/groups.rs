//! Removing groups.

use std::sync::Arc;

use lapin::options::{QueueDeclareOptions, QueueDeleteOptions};
use lapin::protocol::AMQPSoftError;
use lapin::types::FieldTable;
use trunkline_core::TransportError;

use super::Client;
use crate::NAME;
use crate::error::{broker, soft};
use crate::link::Up;
use crate::topology::{self, dead_queue};

impl Client {
    pub(super) async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        let up = self.consume_link().await?;
        let channel = topology::channel(&up).await?;
        let passive = QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        };
        let there = channel.queue_declare(group.into(), passive, FieldTable::default());
        match there.await {
            // Asked here, as a quorum queue knows no deletion of what is unused alone, and ends the
            // connection over the question.
            Ok(queue) if queue.consumer_count() > 0 => {
                return Err(TransportError::InUse {
                    transport: NAME,
                    group: group.to_owned(),
                });
            }
            Ok(_) => {}
            Err(error) if matches!(soft(&error), Some((AMQPSoftError::NOTFOUND, _))) => {
                self.remove_dead(&up, group).await?;
                return Ok(false);
            }
            Err(error) => return Err(broker(format!("`{group}` cannot be asked for"), error)),
        }
        let removed = channel.queue_delete(group.into(), QueueDeleteOptions::default());
        removed
            .await
            .map_err(|error| broker(format!("`{group}` cannot be removed"), error))?;
        let _ = channel.close(200, "done".into()).await;
        self.remove_dead(&up, group).await?;
        Ok(true)
    }

    async fn remove_dead(&self, up: &Arc<Up>, group: &str) -> Result<(), TransportError> {
        let channel = topology::channel(up).await?;
        let dead = dead_queue(group);
        let removed = channel.queue_delete(dead.as_str().into(), QueueDeleteOptions::default());
        removed
            .await
            .map_err(|error| broker(format!("`{dead}` cannot be removed"), error))?;
        let _ = channel.close(200, "done".into()).await;
        Ok(())
    }
}
