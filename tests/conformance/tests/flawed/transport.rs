//! A transport with one flaw, around one without.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;
use trunkline_core::{
    Binding, Capabilities, DeadLetter, DeadLetters, DelayId, Envelope, HeaderCondition, HeaderTest,
    Health, KeyPattern, Overflow, PublishOptions, Receipt, Routing, RoutingKey, SubscribeOptions,
    Subscription, SubscriptionKind, TestMode, Transport, TransportError, TransportErrorKind,
};

use crate::flaw::Flaw;
use crate::supply;

/// A transport with one flaw.
#[derive(Debug)]
pub(crate) struct Flawed {
    inner: Arc<dyn Transport>,
    flaw: Flaw,
    capabilities: Capabilities,
    closed: AtomicBool,
    /// What `SaysRunning` shows.
    running: watch::Sender<Health>,
}

impl Flawed {
    pub(crate) fn new(inner: Arc<dyn Transport>, flaw: Flaw) -> Self {
        let mut capabilities = inner.capabilities().clone();
        match flaw {
            Flaw::PublishesOverLimit => capabilities.max_payload /= 2,
            Flaw::HidesDelay => capabilities.delay = false,
            _ => {}
        }
        let (closed, running) = (AtomicBool::new(false), watch::channel(Health::Running).0);
        Self {
            inner,
            flaw,
            capabilities,
            closed,
            running,
        }
    }

    fn mistaken(&self, envelope: Envelope) -> Envelope {
        match self.flaw {
            Flaw::DropsCorrelation => {
                let mut envelope = envelope;
                envelope.properties_mut().set_correlation_id(None);
                envelope
            }
            Flaw::IgnoresExpiry => envelope.with_expiration(None),
            Flaw::IgnoresCase => {
                let key = envelope.routing_key().as_str().to_lowercase();
                envelope.with_routing_key(RoutingKey::verbatim(key).expect("no longer than before"))
            }
            Flaw::StripsReservedHeaders => {
                let mut kept = envelope.headers().clone();
                for (name, _) in envelope
                    .headers()
                    .iter()
                    .filter(|(n, _)| n.starts_with("x-"))
                {
                    kept.remove(name);
                }
                envelope.with_headers(kept)
            }
            Flaw::ReadsBodiesAsText => {
                let text = String::from_utf8_lossy(envelope.body()).into_owned();
                envelope.with_body(text)
            }
            _ => envelope,
        }
    }

    fn misunderstood(&self, mut options: SubscribeOptions) -> SubscribeOptions {
        match (self.flaw, &options.kind) {
            (Flaw::IgnoresPrefetch, _) => options.prefetch = 1_000.try_into().expect("not zero"),
            (Flaw::CopiesToMembers, SubscriptionKind::Group { .. }) => {
                options.kind = SubscriptionKind::Live;
            }
            (Flaw::SharesExclusive, SubscriptionKind::Exclusive { name }) => {
                options.kind = SubscriptionKind::Group { name: name.clone() };
            }
            (Flaw::IgnoresNoLocal, _) => options.no_local = false,
            (Flaw::KeepsTooMuch, _) => {
                options.max_unread = 1_000_000;
                options.overflow = Some(Overflow::Wait);
            }
            (Flaw::RestIsOneOrMore, _) => rebind(&mut options, |pattern| {
                pattern.replace(".#", ".*.#").replace("#.*.#", "#.#")
            }),
            (Flaw::IgnoresCase, _) => rebind(&mut options, |pattern| pattern.to_lowercase()),
            (Flaw::TakesAnyForAll, _) => {
                for binding in &mut options.bindings {
                    if let Some(condition) = binding.headers().filter(|c| c.mode() == TestMode::Any)
                    {
                        let tests = condition.tests().map(|(name, value)| match value {
                            Some(value) => HeaderTest::equals(name, value.to_value()),
                            None => HeaderTest::present(name),
                        });
                        *binding = HeaderCondition::all(tests).expect("the same tests").into();
                    }
                }
            }
            _ => {}
        }
        options
    }
}

/// Changes every key pattern of every binding that has nothing else.
fn rebind(options: &mut SubscribeOptions, change: impl Fn(&str) -> String) {
    for binding in &mut options.bindings {
        if let ([pattern], None) = (binding.keys(), binding.headers()) {
            let changed = KeyPattern::new(change(pattern.as_str())).expect("still a pattern");
            *binding = Binding::from(changed);
        }
    }
}

#[async_trait]
impl Transport for Flawed {
    fn name(&self) -> &'static str {
        "flawed"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn publish(
        &self,
        envelope: Envelope,
        mut options: PublishOptions,
    ) -> Result<Receipt, TransportError> {
        let envelope = self.mistaken(envelope);
        match self.flaw {
            Flaw::ConfirmsEarly if !self.closed.load(Ordering::Relaxed) => {
                trunkline_core::check_publish(self.name(), &self.capabilities, &envelope)?;
                // It will get there, most of the time.
                let options = options.with_timeout(Duration::from_millis(5));
                let _ = self.inner.publish(envelope, options).await;
                return Ok(Receipt::new(Routing::Routed));
            }
            Flaw::IgnoresTimeout => options.timeout = Duration::from_secs(3_600),
            _ => {}
        }
        match (self.flaw, self.inner.publish(envelope, options).await) {
            (Flaw::SaysRouted, Ok(_)) => Ok(Receipt::new(Routing::Routed)),
            (Flaw::PublishesAfterClose, Err(error))
                if error.kind() == TransportErrorKind::Closed =>
            {
                Ok(Receipt::new(Routing::Unknown))
            }
            (_, outcome) => outcome,
        }
    }

    fn publish_at_once(
        &self,
        envelope: Envelope,
        options: &PublishOptions,
    ) -> Result<Result<Receipt, TransportError>, Envelope> {
        if self.flaw == Flaw::GivesBackWhatIsDone {
            let _ = self.inner.publish_at_once(envelope.clone(), options);
        }
        Err(envelope)
    }

    async fn subscribe(&self, options: SubscribeOptions) -> Result<Subscription, TransportError> {
        let mut options = self.misunderstood(options);
        let mut late = Vec::new();
        if self.flaw == Flaw::SubscribesLate && options.kind == SubscriptionKind::Live {
            let nothing = KeyPattern::new("nothing-has-this-key").expect("a pattern");
            late = std::mem::replace(&mut options.bindings, vec![nothing.into()]);
        }
        let outcome = self.inner.subscribe(options.clone()).await;
        let subscription = match outcome {
            Err(TransportError::GroupConflict { .. }) if self.flaw == Flaw::UnitesMembers => {
                options.kind = SubscriptionKind::Live;
                self.inner.subscribe(options).await?
            }
            outcome => outcome?,
        };
        let control = subscription.control();
        if !late.is_empty() {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(5)).await;
                for binding in late {
                    // It may have ended by now.
                    let _ = control.bind(binding).await;
                }
            });
        }
        Ok(supply::flawed(subscription, self.flaw))
    }

    async fn remove_group(&self, group: &str) -> Result<bool, TransportError> {
        match self.flaw {
            Flaw::KeepsGroups => Ok(true),
            _ => self.inner.remove_group(group).await,
        }
    }

    async fn cancel_delayed(&self, id: &DelayId) -> Result<bool, TransportError> {
        match self.flaw {
            Flaw::PretendsToWithdraw => Ok(true),
            _ => self.inner.cancel_delayed(id).await,
        }
    }

    async fn dead_letters(&self, group: &str) -> Result<Arc<dyn DeadLetters>, TransportError> {
        let inner = self.inner.dead_letters(group).await?;
        let flaw = self.flaw;
        Ok(Arc::new(FlawedLetters { inner, flaw }))
    }

    fn health(&self) -> watch::Receiver<Health> {
        match self.flaw {
            Flaw::SaysRunning => self.running.subscribe(),
            _ => self.inner.health(),
        }
    }

    async fn close(&self) -> Result<(), TransportError> {
        let again = self.closed.swap(true, Ordering::Relaxed);
        if again && self.flaw == Flaw::ClosesOnce {
            std::future::pending::<()>().await;
        }
        self.inner.close().await
    }
}

/// Dead letters with one flaw.
#[derive(Debug)]
struct FlawedLetters {
    inner: Arc<dyn DeadLetters>,
    flaw: Flaw,
}

#[async_trait]
impl DeadLetters for FlawedLetters {
    async fn list(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, TransportError> {
        let mut letters = self.inner.list(after, limit).await?;
        if self.flaw == Flaw::RetellsTheStory {
            for letter in &mut letters {
                letter.error = "at first".into();
                letter.attempts = 1;
            }
        }
        Ok(letters)
    }

    async fn replay(&self, id: &str) -> Result<bool, TransportError> {
        if self.flaw == Flaw::KeepsReplayed {
            // Says so, and has done nothing of the kind.
            return Ok(!self.inner.list(None, usize::MAX).await?.is_empty());
        }
        self.inner.replay(id).await
    }

    async fn purge(&self, id: &str) -> Result<bool, TransportError> {
        self.inner.purge(id).await
    }
}
