//! A supply of deliveries with one flaw.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use trunkline_core::{
    Binding, Delivery, Envelope, Headers, Incoming, SettleError, SettleFuture, Settlement, Settler,
    Source, Subscription, SubscriptionControl, Ticket, TransportError, Value,
};

use crate::flaw::Flaw;

/// Puts one flaw into a subscription.
pub(crate) fn flawed(inner: Subscription, flaw: Flaw) -> Subscription {
    let control = Arc::new(FlawedControl {
        inner: inner.control(),
        flaw,
    });
    let settler = Arc::new(FlawedSettler {
        flaw,
        held: Mutex::default(),
    });
    let source = FlawedSource {
        inner: Some(inner),
        flaw,
        settler,
        late: None,
    };
    Subscription::new(source, control)
}

struct FlawedSource {
    /// There until this is dropped.
    inner: Option<Subscription>,
    flaw: Flaw,
    settler: Arc<FlawedSettler>,
    /// A delivery that its follower overtakes.
    late: Option<Incoming>,
}

impl FlawedSource {
    fn push(&mut self, incoming: Incoming, out: &mut VecDeque<Incoming>) {
        let delivery = match incoming {
            Incoming::Delivery(delivery) => delivery,
            Incoming::Gap(_) if self.flaw == Flaw::HidesGaps => return,
            Incoming::Gap(_) if self.flaw == Flaw::EndsWithTheLink => {
                self.inner = None;
                return;
            }
            other => return out.push_back(other),
        };
        if self.flaw == Flaw::DoublesDeliveries {
            let (double, attempt) = (delivery.envelope().clone(), delivery.attempt());
            let settler: Arc<FlawedSettler> = Arc::clone(&self.settler);
            out.push_back(Incoming::Delivery(Delivery::new(
                double, attempt, 0, settler,
            )));
        }
        let wrapped = Incoming::Delivery(self.settler.wrap(delivery));
        if self.flaw != Flaw::Reorders {
            return out.push_back(wrapped);
        }
        match self.late.take() {
            None => self.late = Some(wrapped),
            Some(late) => out.extend([wrapped, late]),
        }
    }
}

impl Source for FlawedSource {
    fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        out: &mut VecDeque<Incoming>,
        max: usize,
    ) -> Poll<Result<bool, TransportError>> {
        let before = out.len();
        let mut ended = false;
        while out.len() < before + max && !ended {
            let Some(inner) = &mut self.inner else {
                ended = true;
                break;
            };
            let waker = match self.flaw {
                Flaw::WakesNobody if self.settler.holds_some() => Waker::noop(),
                _ => cx.waker(),
            };
            match inner.poll_next(&mut Context::from_waker(waker)) {
                Poll::Ready(Some(incoming)) => self.push(incoming, out),
                Poll::Ready(None) => ended = true,
                Poll::Pending => {
                    // Nobody follows who could overtake it.
                    out.extend(self.late.take());
                    break;
                }
            }
        }
        if out.len() > before {
            return Poll::Ready(Ok(true));
        }
        if !ended {
            return Poll::Pending;
        }
        let end = self.inner.as_ref().and_then(Subscription::end);
        Poll::Ready(match end {
            Some(Err(error)) => Err(TransportError::Broker {
                transport: "flawed",
                what: error.to_string(),
                source: None,
            }),
            _ => Ok(false),
        })
    }
}

impl Drop for FlawedSource {
    fn drop(&mut self) {
        if self.flaw == Flaw::LeaksSubscriptions {
            std::mem::forget(self.inner.take());
        }
    }
}

struct FlawedControl {
    inner: Arc<dyn SubscriptionControl>,
    flaw: Flaw,
}

#[async_trait]
impl SubscriptionControl for FlawedControl {
    async fn bind(&self, binding: Binding) -> Result<(), TransportError> {
        self.inner.bind(binding).await
    }

    async fn unbind(&self, binding: &Binding) -> Result<bool, TransportError> {
        match self.flaw {
            Flaw::KeepsBindings => Ok(true),
            _ => self.inner.unbind(binding).await,
        }
    }

    async fn close(&self) -> Result<(), TransportError> {
        match self.flaw {
            Flaw::DeliversAfterUnsubscribe | Flaw::LeaksSubscriptions => Ok(()),
            _ => self.inner.close().await,
        }
    }
}

/// Settles deliveries with one flaw.
struct FlawedSettler {
    flaw: Flaw,
    held: Mutex<HashMap<Ticket, Delivery>>,
}

impl FlawedSettler {
    fn held(&self) -> MutexGuard<'_, HashMap<Ticket, Delivery>> {
        self.held.lock().expect("nobody panics with it")
    }

    fn wrap(self: &Arc<Self>, delivery: Delivery) -> Delivery {
        let envelope = changed(self.flaw, delivery.envelope());
        let attempt = match self.flaw {
            Flaw::ForgetsAttempts => 1,
            _ => delivery.attempt(),
        };
        let retained = delivery.is_retained() && self.flaw != Flaw::ForgetsRetained;
        let ticket = fastrand_ticket();
        self.held().insert(ticket, delivery);
        let settler: Arc<Self> = Arc::clone(self);
        Delivery::new(envelope, attempt, ticket, settler).with_retained(retained)
    }

    fn holds_some(&self) -> bool {
        !self.held().is_empty()
    }

    fn take(&self, ticket: Ticket) -> Option<Delivery> {
        self.held().remove(&ticket)
    }
}

/// A ticket no other delivery has; 0 is for doubles, which nobody misses.
fn fastrand_ticket() -> Ticket {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// What arrives in place of an envelope.
fn changed(flaw: Flaw, envelope: &Envelope) -> Envelope {
    let retyped = |change: fn(&str, Value) -> Option<Value>| {
        let mut headers = Headers::new();
        for (name, value) in envelope.headers().iter() {
            if let Some(value) = change(name, value.to_value()) {
                headers.insert(name, value).expect("it was a header before");
            }
        }
        envelope.clone().with_headers(headers)
    };
    match flaw {
        Flaw::RetypesHeaders => retyped(|_, value| match value {
            Value::Int(number) => Some(Value::Text(number.to_string())),
            other => Some(other),
        }),
        Flaw::DropsNulls => retyped(|_, value| (value != Value::Null).then_some(value)),
        _ => envelope.clone(),
    }
}

impl Settler for FlawedSettler {
    fn settle(&self, ticket: Ticket, settlement: Settlement) -> SettleFuture {
        let nobody = || SettleFuture::ready(Ok(()));
        if self.flaw == Flaw::DropsAcks && settlement == Settlement::Ack {
            return nobody();
        }
        let Some(delivery) = self.take(ticket) else {
            return nobody();
        };
        let settlement = match (self.flaw, settlement) {
            (Flaw::LosesNacked, Settlement::Nack(_)) => Settlement::Ack,
            (Flaw::LosesDeadLetters, Settlement::Reject(_)) => Settlement::Ack,
            (Flaw::ForgetsTheWait, Settlement::Nack(mut nack)) => {
                nack.after = Duration::ZERO;
                Settlement::Nack(nack)
            }
            (Flaw::LeaksTasks, Settlement::Reject(rejection)) => {
                tokio::spawn(std::future::pending::<()>());
                Settlement::Reject(rejection)
            }
            (_, settlement) => settlement,
        };
        let settled = delivery.settle(settlement);
        if self.flaw != Flaw::SettlesStale {
            return settled;
        }
        SettleFuture::boxed(async move {
            match settled.await {
                Err(SettleError::Stale { .. }) => Ok(()),
                outcome => outcome,
            }
        })
    }

    fn hand_back(&self, ticket: Ticket, seen: bool) {
        let Some(delivery) = self.take(ticket) else {
            return;
        };
        match self.flaw {
            Flaw::LosesForgotten => drop(delivery.ack()),
            Flaw::ChargesForHandBack => delivery.give_up(),
            // Due at once, and behind everything that is there by then.
            Flaw::ReturnsLast => drop(delivery.nack(Duration::from_millis(1))),
            _ if seen => delivery.give_up(),
            _ => delivery.hand_back(),
        }
    }
}

impl fmt::Debug for FlawedSettler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FlawedSettler({:?})", self.flaw)
    }
}
