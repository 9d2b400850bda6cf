//! Asynchronous handlers: on a runtime of the plugin's own, each completed whatever happens to it.

use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;
use trunkline_plugin_abi as abi;

use crate::call::Working;
use crate::instance::Instance;
use crate::{Context, Plugin, Result, bridge, panics};

/// The runtime, made when the first handler needs it, and the handlers at work.
#[derive(Default)]
pub(crate) struct Runner {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    runtime: Option<Runtime>,
    ended: bool,
    working: HashMap<u64, AbortHandle>,
}

impl Runner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a handler work until it is done; completes its token, also if it never gets to work.
    pub(crate) fn spawn<P: Plugin>(&self, work: Work<P>) {
        let token = work.token();
        let mut state = self.state();
        if state.ended {
            drop(state);
            return drop(work);
        }
        if state.runtime.is_none() {
            let made = Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name(P::NAME)
                .enable_all()
                .build();
            match made {
                Ok(runtime) => state.runtime = Some(runtime),
                Err(error) => {
                    drop(state);
                    work.fail(&format!("no runtime: {error}"));
                    return;
                }
            }
        }
        // Under the lock, so that it is known to be at work before it is done.
        if let Some(runtime) = &state.runtime {
            let handle = runtime.spawn(work).abort_handle();
            state.working.insert(token, handle);
        }
    }

    fn forget(&self, token: u64) {
        self.state().working.remove(&token);
    }

    /// Ends the work at an event as soon as it waits for something.
    pub(crate) fn cancel(&self, token: u64) {
        let handle = self.state().working.remove(&token);
        if let Some(handle) = handle {
            handle.abort();
        }
    }

    /// Ends all work.
    pub(crate) fn end(&self, patience: Duration) {
        let mut state = self.state();
        state.ended = true;
        let runtime = state.runtime.take();
        drop(state);
        if let Some(runtime) = runtime {
            runtime.shutdown_timeout(patience);
        }
    }
}

/// A handler's work at one event.
pub(crate) struct Work<P: Plugin> {
    /// Borrows the two below, and is dropped before them.
    future: ManuallyDrop<Working<'static>>,
    context: Box<Context>,
    instance: Arc<Instance<P>>,
    over: bool,
}

impl<P: Plugin> Work<P> {
    /// # Safety
    /// The future borrows nothing but the context and the instance's plugin.
    pub(crate) unsafe fn new(
        future: Working<'_>,
        context: Box<Context>,
        instance: Arc<Instance<P>>,
    ) -> Self {
        // SAFETY: only the lifetime changes. What the future borrows lives on the heap, is owned by
        // this struct, and is not touched before the future is dropped, by `finish`.
        let future = unsafe { std::mem::transmute::<Working<'_>, Working<'static>>(future) };
        Self {
            future: ManuallyDrop::new(future),
            context,
            instance,
            over: false,
        }
    }

    fn token(&self) -> u64 {
        self.context.token()
    }

    fn fail(mut self, message: &str) {
        let reply = abi::Reply::with_message(abi::FAILED, abi::Bytes::text(message));
        self.finish(&reply);
    }

    /// Drops the future, and only then completes the token: from there on the event is gone.
    fn finish(&mut self, reply: &abi::Reply) {
        if std::mem::replace(&mut self.over, true) {
            return;
        }
        let future = &mut self.future;
        // SAFETY: once, as `over` says, and the future is not used any more.
        let dropped = panics::guard(|| unsafe { ManuallyDrop::drop(future) });
        let token = self.token();
        self.instance.runner.forget(token);
        match dropped {
            Ok(()) => self.context.complete(token, reply),
            Err(text) => {
                let reply = abi::Reply::with_message(abi::PANIC, abi::Bytes::text(&text));
                self.context.complete(token, &reply);
            }
        }
    }
}

impl<P: Plugin> Future for Work<P> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.over {
            return Poll::Ready(());
        }
        let _working = bridge::Working::at(this.token());
        let future = &mut *this.future;
        let outcome: std::result::Result<Poll<Result>, String> =
            panics::guard(|| future.as_mut().poll(cx));
        match outcome {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(outcome)) => crate::instance::with_reply(&outcome, |reply| {
                this.finish(reply);
            }),
            Err(text) => {
                let reply = abi::Reply::with_message(abi::PANIC, abi::Bytes::text(&text));
                this.finish(&reply);
            }
        }
        Poll::Ready(())
    }
}

impl<P: Plugin> Unpin for Work<P> {}

impl<P: Plugin> Drop for Work<P> {
    fn drop(&mut self) {
        let text = abi::Bytes::text("the handler was ended before it was done");
        self.finish(&abi::Reply::with_message(abi::CANCELLED, text));
    }
}
