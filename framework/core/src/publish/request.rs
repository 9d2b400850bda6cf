//! Asking for an answer, on any transport that has live subscriptions.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::envelope::{Envelope, EventId};
use crate::keys::RoutingKey;
use crate::matching::Binding;
use crate::sync::Mutex;
use crate::transport::{
    PublishOptions, Receipt, SubscribeOptions, Subscription, Transport, TransportError,
};

/// Sends requests and awaits their answers.
///
/// Answers come on a live subscription of the requester's own; each finds its request by the
/// correlation id. An answer that comes after its request has timed out is dropped and
/// [counted](Requester::late_answers).
///
/// # Examples
/// ```no_run
/// # use std::time::Duration;
/// # use trunkline_core::{Envelope, Requester, RoutingKey, Transport};
/// # async fn example(transport: std::sync::Arc<dyn Transport>) -> Result<(), Box<dyn std::error::Error>> {
/// let requester = Requester::open(transport).await?;
/// let question = Envelope::new(RoutingKey::new("users.lookup")?, r#"{"extension":"1002"}"#);
/// let answer = requester.request(question, Duration::from_secs(2)).await?;
/// # Ok(())
/// # }
/// ```
pub struct Requester {
    transport: Arc<dyn Transport>,
    reply_to: String,
    waiting: Arc<Waiting>,
    reader: JoinHandle<()>,
}

#[derive(Default)]
struct Waiting {
    /// `None` once no answer can come any more.
    asked: Mutex<Option<HashMap<String, oneshot::Sender<Envelope>>>>,
    late: AtomicU64,
}

impl Requester {
    /// Subscribes to a place for answers.
    ///
    /// # Errors
    /// [`TransportError`], as [`Transport::subscribe`] says.
    pub async fn open(transport: Arc<dyn Transport>) -> Result<Self, TransportError> {
        let reply_to = format!("trunkline.reply.{}", EventId::generate());
        let answers = Binding::builder().key(reply_to.as_str()).build();
        let options = SubscribeOptions::live([answers.expect("an event id is a segment of a key")]);
        let subscription = transport.subscribe(options).await?;
        let waiting = Arc::new(Waiting::default());
        *waiting.asked.lock() = Some(HashMap::new());
        let reader = tokio::spawn(read_answers(subscription, Arc::clone(&waiting)));
        Ok(Self {
            transport,
            reply_to,
            waiting,
            reader,
        })
    }

    /// Sends a request and waits for its answer.
    ///
    /// Dropping the future gives the answer up.
    ///
    /// # Errors
    /// [`RequestError`]: nobody is there, none came in time, or the link went.
    pub async fn request(
        &self,
        mut request: Envelope,
        patience: Duration,
    ) -> Result<Envelope, RequestError> {
        let id = EventId::generate().to_string();
        let properties = request.properties_mut();
        properties.set_correlation_id(Some(&id));
        properties.set_reply_to(Some(&self.reply_to));
        let (answer, answered) = oneshot::channel();
        let name = self.transport.name();
        self.waiting
            .asked
            .lock()
            .as_mut()
            .ok_or(TransportError::Closed { transport: name })?
            .insert(id.clone(), answer);
        // Taken back on every way out, also when this future is dropped.
        let _forget = Forget {
            waiting: &self.waiting,
            id,
        };
        let exchange = async {
            let options = PublishOptions::new().with_timeout(patience);
            if self
                .transport
                .publish(request, options)
                .await?
                .is_unroutable()
            {
                return Err(RequestError::Nobody);
            }
            // The sender goes only with the reader, that is, with the subscription.
            answered.await.map_err(|_| RequestError::LinkLost)
        };
        timeout(patience, exchange)
            .await
            .unwrap_or(Err(RequestError::Timeout { patience }))
    }

    /// Answers that came after their request had been given up.
    pub fn late_answers(&self) -> u64 {
        self.waiting.late.load(Ordering::Relaxed)
    }
}

impl Drop for Requester {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

impl fmt::Debug for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requester")
            .field("reply_to", &self.reply_to)
            .finish_non_exhaustive()
    }
}

struct Forget<'a> {
    waiting: &'a Waiting,
    id: String,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if let Some(asked) = self.waiting.asked.lock().as_mut() {
            asked.remove(&self.id);
        }
    }
}

async fn read_answers(mut subscription: Subscription, waiting: Arc<Waiting>) {
    while let Some(delivery) = subscription.recv().await {
        let answer = delivery.envelope().clone();
        let asker = answer.properties().correlation_id().and_then(|id| {
            waiting
                .asked
                .lock()
                .as_mut()
                .and_then(|asked| asked.remove(id))
        });
        if asker.is_none_or(|asker| asker.send(answer).is_err()) {
            waiting.late.fetch_add(1, Ordering::Relaxed);
        }
        if let Err(error) = delivery.ack().await {
            tracing::debug!(%error, "an answer could not be acked");
        }
    }
    // Ends every request still waiting.
    waiting.asked.lock().take();
}

/// Answers a request that says where to.
///
/// # Errors
/// [`TransportError`], as [`Transport::publish`] says; of kind `Refused` if the request named no
/// place for answers.
pub async fn answer(
    transport: &dyn Transport,
    request: &Envelope,
    answer: impl Into<bytes::Bytes> + Send,
) -> Result<Receipt, TransportError> {
    let reply_to = request.properties().reply_to().unwrap_or_default();
    let key = RoutingKey::new(reply_to).map_err(|source| TransportError::Key {
        transport: transport.name(),
        key: reply_to.into(),
        source,
    })?;
    let mut envelope = Envelope::new(key, answer);
    let properties = envelope.properties_mut();
    properties.set_correlation_id(request.properties().correlation_id());
    properties.set_causation_id(request.id().map(ToString::to_string).as_deref());
    transport.publish(envelope, PublishOptions::new()).await
}

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Nobody is subscribed to the request, as the transport can tell.
    #[error("nobody is subscribed to the request; is the service running?")]
    Nobody,
    /// No answer came in time.
    #[error("no answer within {patience:?}; it may still be on its way, and will be dropped")]
    Timeout {
        /// How long was waited.
        patience: Duration,
    },
    /// The link went while the answer was awaited.
    #[error("the link was lost while the answer was awaited; ask again")]
    LinkLost,
    /// The request could not be sent.
    #[error(transparent)]
    Transport(#[from] TransportError),
}
