//! A connection that is made again whenever it is lost.

mod backoff;
mod connect;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use lapin::{Connection, Event};
use tokio::sync::watch;
use tokio::time::{Instant, interval, sleep, timeout};
use trunkline_core::TransportError;

use self::backoff::Backoff;
pub(crate) use self::connect::Connected;
use crate::config::AmqpConfig;
use crate::error::closed;

/// Longest wait for the broker's word when a connection is closed.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long a link must have held for the next wait to be short again: one that is lost as soon
/// as it is made must not be made ever faster.
const HELD: Duration = Duration::from_secs(2);

/// A connection that is up.
pub(crate) struct Up {
    inner: Connected,
    /// Grows with each connection.
    pub(crate) epoch: u64,
    pub(crate) frame_max: u32,
    blocked: watch::Sender<bool>,
}

impl Up {
    pub(crate) fn connection(&self) -> &Connection {
        &self.inner.connection
    }

    /// Whether the broker has asked to publish nothing for now.
    pub(crate) fn is_blocked(&self) -> bool {
        *self.blocked.borrow()
    }

    /// Whether the broker has asked to publish nothing for now, as it changes.
    pub(crate) fn blocked(&self) -> watch::Receiver<bool> {
        self.blocked.subscribe()
    }

    /// Ends the connection, orderly if that can be had soon.
    async fn end(&self) {
        self.inner.end().await;
    }
}

impl Connected {
    /// Ends the connection, orderly if that can be had soon.
    pub(crate) async fn end(&self) {
        let orderly = self.connection.close(200, "closed".into());
        if timeout(FAREWELL, orderly).await.is_err() {
            tracing::debug!("the broker did not answer the close of a connection");
        }
        self.breaker.break_off();
    }
}

/// Makes a connection for one visit, to the first address that answers.
pub(crate) async fn visit(config: &AmqpConfig, role: &str) -> Result<Connected, TransportError> {
    let mut trouble = closed();
    for address in &config.addresses {
        match connect::connect(config, address, role).await {
            Err(error) if error.is_retryable() => trouble = error,
            done => return done,
        }
    }
    Err(trouble)
}

/// What a link is for.
#[async_trait]
pub(crate) trait Duty: Send + Sync + 'static {
    /// The word that tells the links apart.
    fn role(&self) -> &'static str;

    /// Restores everything on a new connection, before it is said to be up.
    async fn restore(&self, up: &Arc<Up>) -> Result<(), TransportError>;

    /// Tells that the link is up, or why it is not.
    fn tell(&self, state: Result<Arc<Up>, &TransportError>);

    /// Ends what runs on the link, in an orderly manner: it is about to be closed.
    async fn conclude(&self);
}

/// Keeps a link up until it is to close.
///
/// `tried` hears how the attempts went.
pub(crate) async fn keep(
    config: Arc<AmqpConfig>,
    duty: Arc<dyn Duty>,
    closing: watch::Receiver<bool>,
    tried: &(dyn Fn(Result<(), TransportError>) + Sync),
) {
    let mut backoff = Backoff::new();
    for attempt in 0_u64.. {
        let mut told_to_close = closing.clone();
        let turn = usize::try_from(attempt).unwrap_or(0) % config.addresses.len();
        let began = tokio::select! {
            biased;
            () = told(&mut told_to_close) => break,
            began = begin(&config, turn, attempt, &*duty) => began,
        };
        let up = match began {
            Ok(up) => up,
            Err(error) => {
                // Once: what is tried without end would fill a log without end.
                if attempt == 0 && error.is_retryable() {
                    tracing::warn!(role = duty.role(), %error, "no broker yet; trying on");
                } else {
                    tracing::debug!(role = duty.role(), %error, "no connection yet");
                }
                duty.tell(Err(&error));
                // A broker that is not there may come; one that turns us away will not relent.
                tried(if error.is_retryable() {
                    Ok(())
                } else {
                    Err(error)
                });
                tokio::select! {
                    () = told(&mut told_to_close) => break,
                    () = sleep(backoff.wait()) => continue,
                }
            }
        };
        let since = Instant::now();
        duty.tell(Ok(Arc::clone(&up)));
        tried(Ok(()));
        tokio::select! {
            biased;
            () = told(&mut told_to_close) => {
                duty.conclude().await;
                up.end().await;
                break;
            }
            error = lost(&up) => {
                tracing::warn!(role = duty.role(), %error, "the link to the broker is lost");
                up.inner.breaker.break_off();
                duty.tell(Err(&error));
            }
        }
        if since.elapsed() >= HELD {
            backoff.reset();
        }
        tokio::select! {
            () = told(&mut told_to_close) => break,
            () = sleep(backoff.wait()) => {}
        }
    }
    duty.tell(Err(&closed()));
}

/// Waits until the transport closes.
async fn told(closing: &mut watch::Receiver<bool>) {
    // Whoever could say so is gone: that is as good.
    let _ = closing.wait_for(|closing| *closing).await;
}

async fn begin(
    config: &AmqpConfig,
    turn: usize,
    epoch: u64,
    duty: &dyn Duty,
) -> Result<Arc<Up>, TransportError> {
    let inner = connect::connect(config, &config.addresses[turn], duty.role()).await?;
    let up = Arc::new(Up {
        frame_max: inner.connection.configuration().frame_max(),
        inner,
        epoch,
        blocked: watch::channel(false).0,
    });
    match duty.restore(&up).await {
        Ok(()) => Ok(up),
        Err(error) => {
            up.end().await;
            Err(error)
        }
    }
}

/// Waits until a connection is lost, passing on whether it is blocked; gives why.
async fn lost(up: &Up) -> TransportError {
    let mut events = up.connection().events_listener();
    // lapin tells most losses, not all: look as well.
    let mut looks = interval(Duration::from_millis(250));
    let mut last = None;
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Event::ConnectionBlocked(reason)) => {
                    tracing::warn!(reason, "the broker takes no publishes for now");
                }
                Some(Event::Error(error)) => last = Some(error),
                _ => {}
            },
            _ = looks.tick() => {}
        }
        let status = up.connection().status();
        // Asked each time, as it may have been told before anybody listened.
        up.blocked
            .send_if_modified(|blocked| std::mem::replace(blocked, status.blocked()) != *blocked);
        if !status.connected() {
            let error = last.unwrap_or_else(|| {
                std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()
            });
            return crate::error::broker("the link was lost", error);
        }
    }
}
