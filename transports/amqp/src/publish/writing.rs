//! An event being written and confirmed, as a future.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::Bytes;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation};
use tokio_util::sync::ReusableBoxFuture;

use super::Target;

type Boxed = ReusableBoxFuture<'static, lapin::Result<Confirmation>>;

/// Boxes for lapin's futures, each of which is used for one event after another: a future has more
/// than a kilobyte, which glibc serves slowly, and the allocator took a third of our tasks' time
/// (`BENCHMARKS.md`, "Where the time went"). There are as many as were ever in flight at once.
#[derive(Default)]
pub(super) struct Boxes(Vec<Boxed>);

impl Boxes {
    /// Begins to write an event: lapin has it when this returns.
    pub(super) fn write(
        &mut self,
        slot: usize,
        channel: &Arc<Channel>,
        target: &Target,
        body: &Bytes,
        properties: BasicProperties,
    ) -> Writing {
        let (channel, body) = (Arc::clone(channel), body.clone());
        let (exchange, key) = (target.exchange.clone(), target.routing_key.clone());
        let future = async move {
            let options = BasicPublishOptions {
                mandatory: true,
                ..BasicPublishOptions::default()
            };
            let written = channel.basic_publish(exchange, key, options, &body, properties);
            written.await?.await
        };
        let mut boxed = match self.0.pop() {
            Some(mut boxed) => {
                boxed.set(future);
                boxed
            }
            None => Boxed::new(future),
        };
        // lapin takes an event when its future is first polled. Whoever hears of it polls again.
        let outcome = match boxed.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Some(Box::new(outcome)),
            Poll::Pending => None,
        };
        Writing {
            slot,
            outcome,
            boxed: Some(boxed),
        }
    }

    /// Takes a box back whose future is done.
    pub(super) fn take_back(&mut self, boxed: Boxed) {
        self.0.push(boxed);
    }
}

/// An event being written and confirmed.
pub(super) struct Writing {
    slot: usize,
    /// There if it was done at once, as by a channel that is gone. Boxed, as that is seldom.
    outcome: Option<Box<lapin::Result<Confirmation>>>,
    /// There until it is done.
    boxed: Option<Boxed>,
}

/// What came of an event.
pub(super) struct Written {
    pub(super) slot: usize,
    pub(super) confirmation: lapin::Result<Confirmation>,
    pub(super) boxed: Option<Boxed>,
}

impl Future for Writing {
    type Output = Written;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Written> {
        let this = &mut *self;
        let Some(boxed) = &mut this.boxed else {
            return Poll::Pending;
        };
        let confirmation = match this.outcome.take() {
            Some(outcome) => *outcome,
            None => ready!(boxed.poll(cx)),
        };
        Poll::Ready(Written {
            slot: self.slot,
            confirmation,
            boxed: self.boxed.take(),
        })
    }
}
