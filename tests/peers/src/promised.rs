//! A floor that keeps what Trunkline promises, by hand and for this one case alone.
//!
//! An event has an id, a time, a key and headers that were checked; a publish finds its queue by name
//! among others and returns once the queue has it; what is handed out stays in flight until it is
//! acked, so that a crash of the handler loses nothing; a panic is caught. No framework is around it:
//! no choice of transport or dialect, no patterns, no retries, no counters, no lanes.

use std::collections::{HashMap, VecDeque};
use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll, Waker};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::load::{self, Flavour, Pace};
use crate::ours::TENANT;
use crate::rounds::Contender;

#[derive(Clone)]
struct Event(Arc<Parts>);

#[expect(dead_code, reason = "an event carries them for whoever asks")]
struct Parts {
    id: u128,
    at: SystemTime,
    key: Box<str>,
    headers: Vec<u8>,
    body: Bytes,
}

impl Event {
    fn new(key: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let is_fit = |text: &str| text.len() < 256 && text.bytes().all(|byte| byte >= b' ');
        assert!(is_fit(key) && !key.split('.').any(str::is_empty));
        let mut packed = Vec::with_capacity(128);
        for (name, value) in headers {
            assert!(is_fit(name));
            for text in [name, value] {
                packed.push(text.len() as u8);
                packed.extend_from_slice(text.as_bytes());
            }
        }
        let at = SystemTime::now();
        let millis = at.duration_since(UNIX_EPOCH).map_or(0, |at| at.as_millis());
        Self(Arc::new(Parts {
            id: millis << 80 | u128::from(fastrand::u64(..)),
            at,
            key: key.into(),
            headers: packed,
            body: Bytes::copy_from_slice(body),
        }))
    }

    /// The first header's value.
    fn name(&self) -> &str {
        let headers = &self.0.headers;
        let from = usize::from(headers[0]) + 2;
        let to = from + usize::from(headers[from - 1]);
        std::str::from_utf8(&headers[from..to]).expect("headers are text")
    }
}

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Event>,
    in_flight: slab::Slab<Event>,
    reader: Option<Waker>,
}

impl Queue {
    fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn publish(&self, event: Event) {
        let reader = self.with(|state| {
            state.ready.push_back(event);
            state.reader.take()
        });
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    async fn take(&self, out: &mut Vec<(usize, Event)>) {
        poll_fn(|cx| {
            self.with(|state| {
                while out.len() < 64
                    && let Some(event) = state.ready.pop_front()
                {
                    out.push((state.in_flight.insert(event.clone()), event));
                }
                if out.is_empty() {
                    state.reader = Some(cx.waker().clone());
                    return Poll::Pending;
                }
                Poll::Ready(())
            })
        })
        .await;
    }

    fn ack(&self, ticket: usize) {
        self.with(|state| state.in_flight.remove(ticket));
    }
}

type Table<T> = HashMap<&'static str, T, foldhash::fast::RandomState>;
type Handler = Box<dyn Fn(Event) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

const NAMES: [&str; 4] = ["call_created", "call_answered", "call_ended", "call_held"];

/// Publish, raw handler, ack.
pub fn raw_contender(flavour: Flavour) -> Contender {
    let runtime = flavour.runtime();
    let queue = Arc::new(Queue::default());
    let queues = NAMES.map(|name| (name, Arc::clone(&queue)));
    let queues: Arc<RwLock<Table<Arc<Queue>>>> =
        Arc::new(RwLock::new(queues.into_iter().collect()));
    let handle = |event: Event| async move {
        black_box(event.0.body[0]);
        load::handled();
    };
    let boxed = |name| -> (_, Handler) { (name, Box::new(move |event| Box::pin(handle(event)))) };
    let handlers: Table<Handler> = NAMES.map(boxed).into_iter().collect();
    runtime.spawn(async move {
        let mut batch = Vec::new();
        loop {
            queue.take(&mut batch).await;
            for (ticket, event) in batch.drain(..) {
                if let Some(handler) = handlers.get(event.name()) {
                    let mut running = handler(event.clone());
                    let mut step = |cx: &mut Context<'_>| {
                        catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx)))
                    };
                    poll_fn(|cx| step(cx).unwrap_or(Poll::Ready(()))).await;
                }
                queue.ack(ticket);
            }
            tokio::task::consume_budget().await;
        }
    });
    let body: Arc<[u8]> = load::body().into();
    Contender::new("floor that keeps promises", move |count| {
        let (queues, body) = (Arc::clone(&queues), Arc::clone(&body));
        runtime.run(async move {
            let mut pace = Pace::begin();
            for _ in 0..count {
                let headers = [("name", black_box(load::NAME)), ("tenant", TENANT)];
                let event = Event::new("calls.42.created", &headers, &body);
                let queue = {
                    let queues = queues.read().unwrap_or_else(PoisonError::into_inner);
                    queues.get(event.name()).map(Arc::clone)
                };
                queue.expect("somebody wants it").publish(event);
                tokio::task::consume_budget().await;
                pace.step().await;
            }
            pace.end().await;
        });
    })
}
