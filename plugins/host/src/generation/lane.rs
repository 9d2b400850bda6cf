//! A generation's own threads, for handlers that may wait: one that never returns takes none but
//! the plugin's own.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Condvar, Mutex, MutexGuard};

use trunkline_plugin_abi as abi;

use super::{Call, Generation, Held, Outcome};
use crate::sync::lock;

/// Threads, and the events that wait for one. How many wait is bounded by who sends them.
pub(super) struct Lane {
    state: Mutex<State>,
    work: Condvar,
    threads: usize,
    most_lost: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    threads: usize,
    idle: usize,
    lost: usize,
    closed: bool,
}

struct Job {
    handler: u32,
    call: Held,
    token: u64,
}

impl Lane {
    pub(super) fn new(threads: usize, most_lost: usize) -> Self {
        Self {
            state: Mutex::default(),
            work: Condvar::new(),
            threads,
            most_lost,
        }
    }

    /// Has a handler called by the next free thread.
    pub(super) fn push(
        &'static self,
        generation: &'static Generation,
        handler: u32,
        call: Held,
        token: u64,
    ) {
        let mut state = lock(&self.state);
        state.queue.push_back(Job {
            handler,
            call,
            token,
        });
        self.work.notify_one();
        let most = self.threads + state.lost.min(self.most_lost);
        if state.queue.len() > state.idle && state.threads < most {
            self.spawn(generation, &mut state);
        }
    }

    fn spawn(&'static self, generation: &'static Generation, state: &mut State) {
        let name = format!("{}-{}-work", generation.manifest.name, generation.number);
        let thread = std::thread::Builder::new().name(name);
        match thread.spawn(move || self.run(generation)) {
            Ok(_) => state.threads += 1,
            // Another thread will take the event, or its time-out.
            Err(error) => tracing::error!(%error, "no thread for a plugin"),
        }
    }

    fn run(&'static self, generation: &'static Generation) {
        let _counted = generation.counters.cpu.count_thread();
        while let Some(job) = self.next() {
            if job.call.is_cancelled() {
                generation.finish(job.token, Outcome::of(abi::CANCELLED));
                continue;
            }
            job.call.on_thread.store(true, Ordering::SeqCst);
            let status = generation.invoke(job.handler, &job.call, job.token);
            if status != abi::PENDING {
                generation.finish(job.token, Outcome::of(status));
            }
            // Under the lock, so that a thread is written off inside a handler or not at all.
            let mut state = lock(&self.state);
            job.call.on_thread.store(false, Ordering::SeqCst);
            // Another has taken this one's place.
            if job.call.written_off.load(Ordering::SeqCst) {
                state.lost -= 1;
                state.threads -= 1;
                return;
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.queue.pop_front() {
                return Some(job);
            }
            if state.closed {
                state.threads -= 1;
                return None;
            }
            state = self.wait(state);
        }
    }

    fn wait<'a>(&self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.idle += 1;
        let waited = self.work.wait(state);
        let mut state = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        state.idle -= 1;
        state
    }

    /// A thread does not come back from a call: another takes its place. False if too many did
    /// not.
    pub(super) fn write_off(&'static self, generation: &'static Generation, call: &Call) -> bool {
        let mut state = lock(&self.state);
        if !call.on_thread.load(Ordering::SeqCst) || call.written_off.swap(true, Ordering::SeqCst) {
            return true;
        }
        state.lost += 1;
        generation.counters.lost_threads.add(1);
        if state.lost > self.most_lost {
            return false;
        }
        if !state.queue.is_empty() {
            self.spawn(generation, &mut state);
        }
        true
    }

    pub(super) fn lost(&self) -> usize {
        lock(&self.state).lost
    }

    /// Lets the threads end when nothing waits for them.
    pub(super) fn close(&self) {
        lock(&self.state).closed = true;
        self.work.notify_all();
    }
}
