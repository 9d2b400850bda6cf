//! Asynchronous handlers: on a runtime of the plugin's own, each completed whatever happens to it.

use std::collections::{HashMap, VecDeque};
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;
use trunkline_plugin_abi as abi;

use crate::call::Working;
use crate::instance::Instance;
use crate::{Context, Plugin, Result, bridge, panics};

/// Most handlers that begin in one turn, before others on the runtime get theirs.
const TURN: usize = 64;

/// While handlers follow each other as closely as this, the runtime's thread does not sleep in
/// between: to be woken costs whoever hands over the next one more than handing it over.
const CLOSE: Duration = Duration::from_micros(20);

/// The runtime, made when the first handler needs it, and the handlers at work.
///
/// Most handlers are done when they are first polled, and need no task of their own: turns poll
/// those that are new one after the other. One that waits becomes a task then.
pub(crate) struct Runner<P: Plugin>(Arc<Shared<P>>);

struct Shared<P: Plugin> {
    /// New ones that the turns have taken over. Locked before the state.
    begun: Mutex<VecDeque<Work<P>>>,
    state: Mutex<State<P>>,
}

struct State<P: Plugin> {
    runtime: Option<Runtime>,
    ended: bool,
    new: VecDeque<Work<P>>,
    /// Whether a turn is about to begin: it will find what is new.
    turn: bool,
    /// When the last turn that had something to do ended.
    last: Option<Instant>,
    /// Until when the turns look for more though there is nothing.
    awake: Option<Instant>,
    /// Tasks of those that wait for something.
    waiting: HashMap<u64, AbortHandle>,
}

impl<P: Plugin> Default for Runner<P> {
    fn default() -> Self {
        Self(Arc::new(Shared {
            begun: Mutex::default(),
            state: Mutex::new(State {
                runtime: None,
                ended: false,
                new: VecDeque::new(),
                turn: false,
                last: None,
                awake: None,
                waiting: HashMap::new(),
            }),
        }))
    }
}

impl<P: Plugin> Runner<P> {
    /// Lets a handler work until it is done; completes its token, also if it never gets to work.
    pub(crate) fn spawn(&self, work: Work<P>) {
        let mut state = self.0.state();
        if state.ended {
            drop(state);
            return drop(work);
        }
        let runtime = match state.runtime() {
            Ok(runtime) => runtime.handle().clone(),
            Err(error) => {
                drop(state);
                return work.fail(&format!("no runtime: {error}"));
            }
        };
        state.new.push_back(work);
        let begins = !std::mem::replace(&mut state.turn, true);
        // A thread that wakes up wants this first of all.
        drop(state);
        if begins {
            runtime.spawn(Turn(Arc::clone(&self.0)));
        }
    }

    fn forget(&self, token: u64) {
        self.0.state().waiting.remove(&token);
    }

    /// Ends the work at an event as soon as it waits for something.
    pub(crate) fn cancel(&self, token: u64) {
        if let Some(never_begun) = self.0.remove(token) {
            // Dropped while nothing is locked: it completes its token.
            return drop(never_begun);
        }
        // One that is polled for the first time asks when it has a task.
        let task = self.0.state().waiting.remove(&token);
        if let Some(task) = task {
            task.abort();
        }
    }

    /// Ends all work.
    pub(crate) fn end(&self, patience: Duration) {
        let begun = std::mem::take(&mut *lock(&self.0.begun));
        let mut state = self.0.state();
        state.ended = true;
        let new = std::mem::take(&mut state.new);
        let runtime = state.runtime.take();
        drop(state);
        drop((begun, new));
        if let Some(runtime) = runtime {
            runtime.shutdown_timeout(patience);
        }
    }
}

impl<P: Plugin> State<P> {
    fn runtime(&mut self) -> std::io::Result<&Runtime> {
        let make = || {
            Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name(P::NAME)
                .enable_all()
                .build()
        };
        Ok(match &mut self.runtime {
            Some(runtime) => runtime,
            none => none.insert(make()?),
        })
    }
}

impl<P: Plugin> Shared<P> {
    fn state(&self) -> MutexGuard<'_, State<P>> {
        lock(&self.state)
    }

    /// The next one that is new.
    fn next(&self) -> Option<Work<P>> {
        let mut begun = lock(&self.begun);
        if begun.is_empty() {
            std::mem::swap(&mut *begun, &mut self.state().new);
        }
        begun.pop_front()
    }

    /// Takes out the work at an event that was not polled yet.
    fn remove(&self, token: u64) -> Option<Work<P>> {
        let take = |works: &mut VecDeque<Work<P>>| {
            let at = works.iter().position(|work| work.token() == token)?;
            works.remove(at)
        };
        let mut begun = lock(&self.begun);
        let found = take(&mut begun);
        found.or_else(|| take(&mut self.state().new))
    }

    /// Notes that a turn had something to do.
    fn turned(&self, begun: Instant) {
        let ended = Instant::now();
        let mut state = self.state();
        let close = state.last.is_some_and(|last| begun < last + CLOSE);
        state.awake = close.then(|| ended + CLOSE);
        state.last = Some(ended);
    }

    /// Whether this turn, which found nothing, is to look again.
    fn stays_awake(&self) -> bool {
        let mut state = self.state();
        let awake = state.awake.is_some_and(|until| Instant::now() < until);
        // If another is about to begin it looks.
        awake && !state.ended && !std::mem::replace(&mut state.turn, true)
    }

    /// Gives work that waits a task of its own.
    fn park(&self, mut work: Work<P>) {
        let (token, instance) = (work.token(), Arc::clone(&work.instance));
        work.has_task = true;
        let mut state = self.state();
        if state.ended {
            drop(state);
            return drop(work);
        }
        // Under the lock, so that it is known to wait before it is done.
        let task = tokio::spawn(work).abort_handle();
        state.waiting.insert(token, task.clone());
        drop(state);
        // It may have been cancelled before anybody knew where to find it.
        if instance.host.raw_cancelled(token) {
            task.abort();
        }
    }
}

/// Polls what is new.
struct Turn<P: Plugin>(Arc<Shared<P>>);

impl<P: Plugin> Future for Turn<P> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<()> {
        let shared = &self.0;
        // Whoever comes from here on may not be seen, and has another turn begin.
        shared.state().turn = false;
        let mut next = shared.next();
        if next.is_none() {
            if shared.stays_awake() {
                // After all others that the runtime has.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(());
        }
        let begun = Instant::now();
        // The next turn waits behind this one. A handler that blocks its thread with
        // `block_in_place` holds up no other: the runtime goes on with that turn elsewhere.
        if !std::mem::replace(&mut shared.state().turn, true) {
            tokio::spawn(Turn(Arc::clone(shared)));
        }
        let mut polled = 0;
        while let Some(mut work) = next.take() {
            if Pin::new(&mut work).poll(cx).is_pending() {
                // Polled there once more, it is heard when it wakes.
                shared.park(work);
            }
            polled += 1;
            // Without budget whatever is polled pretends to wait.
            if polled < TURN && tokio::task::coop::has_budget_remaining() {
                next = shared.next();
            }
        }
        shared.turned(begun);
        Poll::Ready(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A handler's work at one event.
pub(crate) struct Work<P: Plugin> {
    /// Borrows the two below, and is dropped before them.
    future: ManuallyDrop<Working<'static>>,
    context: Box<Context>,
    instance: Arc<Instance<P>>,
    /// Whether it is a task of its own, that can be aborted.
    has_task: bool,
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
            has_task: false,
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
        if self.has_task {
            self.instance.runner.forget(token);
        }
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
