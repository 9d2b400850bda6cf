//! Another channel in place of one on which the broker refuses what it would take on the next.
//!
//! A channel of RabbitMQ 3.10 that publishes to a quorum queue for the first time while the queue has no
//! leader goes on asking the node that led it. While that is away it refuses every event, however
//! long there has been another leader; a channel opened then is confirmed at once.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use lapin::Channel;
use lapin::options::ConfirmSelectOptions;
use tokio::time::{Instant, sleep_until};
use trunkline_core::TransportError;

use crate::config::AmqpConfig;
use crate::link::Up;
use crate::topology;

/// How old a channel is when it is replaced: by then a quorum queue has a leader mostly, and a queue
/// that is just full costs no more than two channels a second.
const AGE: Duration = Duration::from_millis(500);

/// Opens a channel to publish on.
pub(super) async fn open(up: &Arc<Up>, config: &AmqpConfig) -> Result<Channel, TransportError> {
    let channel = topology::channel(up).await?;
    topology::declare_exchanges(&channel, config).await?;
    let confirms = channel.confirm_select(ConfirmSelectOptions::default());
    let confirms = confirms.await;
    confirms.map_err(|error| crate::error::broker("the broker gives no confirms", error))?;
    Ok(channel)
}

type Opening = BoxFuture<'static, Result<Channel, TransportError>>;

/// The channel that is to replace the present one, if any is.
pub(super) struct Renewal {
    opened: Instant,
    opening: Option<Opening>,
}

impl Renewal {
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            opening: None,
        }
    }

    /// Begins to open another channel once this one has an age, if that has not begun.
    pub(super) fn begin(&mut self, up: &Arc<Up>, config: &Arc<AmqpConfig>) {
        let due = self.opened + AGE;
        self.opening.get_or_insert_with(|| opening(due, up, config));
    }

    /// Begins to open another channel now: this one is gone.
    pub(super) fn begin_at_once(&mut self, up: &Arc<Up>, config: &Arc<AmqpConfig>) {
        self.opening = Some(opening(self.opened, up, config));
    }

    /// Waits for the other channel; without end if none is being opened.
    pub(super) async fn done(&mut self) -> Result<Channel, TransportError> {
        let Some(opening) = &mut self.opening else {
            return std::future::pending().await;
        };
        let opened = opening.await;
        *self = Self::new();
        opened
    }
}

fn opening(due: Instant, up: &Arc<Up>, config: &Arc<AmqpConfig>) -> Opening {
    let (up, config) = (Arc::clone(up), Arc::clone(config));
    Box::pin(async move {
        sleep_until(due).await;
        open(&up, &config).await
    })
}
