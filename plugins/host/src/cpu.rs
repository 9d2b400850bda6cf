//! How much of the processor a plugin's own threads have used.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::sync::lock;

/// The processor time of a plugin's threads, over all its generations: of those at work and of those
/// that ended.
///
/// Read from the threads' clocks when somebody asks, and not call by call: one that never comes back
/// from a handler is counted too, and a call costs nothing for it.
#[derive(Default)]
pub(crate) struct CpuTime(Mutex<State>);

#[derive(Default)]
struct State {
    /// Of those that ended; `None` while there was none at all.
    ended: Option<Duration>,
    running: Vec<Clock>,
}

/// The calling thread is one of the plugin's until this is dropped, by that thread.
pub(crate) struct CountedThread {
    time: Arc<CpuTime>,
    clock: Clock,
}

impl CpuTime {
    /// Counts the calling thread; `None` where threads have no clocks that others may read.
    pub(crate) fn count_thread(self: &Arc<Self>) -> Option<CountedThread> {
        let clock = Clock::of_this_thread()?;
        let mut state = lock(&self.0);
        state.ended.get_or_insert_default();
        state.running.push(clock);
        drop(state);
        let time = Arc::clone(self);
        Some(CountedThread { time, clock })
    }

    /// What was used so far; `None` if no thread was ever counted.
    pub(crate) fn used(&self) -> Option<Duration> {
        // Locked, so that no thread ends while its clock is read: its number may be another's then.
        let state = lock(&self.0);
        let running: Duration = state.running.iter().map(|clock| clock.read()).sum();
        state.ended.map(|ended| ended + running)
    }
}

impl Drop for CountedThread {
    fn drop(&mut self) {
        let mut state = lock(&self.time.0);
        state.running.retain(|clock| *clock != self.clock);
        let ended = state.ended.get_or_insert_default();
        *ended += self.clock.read();
    }
}

/// The clock of one thread, which stands while it does.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Clock(libc::clockid_t);

impl Clock {
    #[cfg(target_os = "linux")]
    fn of_this_thread() -> Option<Self> {
        let mut clock: libc::clockid_t = 0;
        // SAFETY: the thread is this one, which lives, and `clock` is a place for a clock's number.
        let failed = unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &mut clock) };
        (failed == 0).then_some(Self(clock))
    }

    #[cfg(not(target_os = "linux"))]
    fn of_this_thread() -> Option<Self> {
        None
    }

    fn read(self) -> Duration {
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: `time` is a place for a time. The number is a clock's, or nothing is written.
        unsafe { libc::clock_gettime(self.0, &mut time) };
        let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
        let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
        Duration::new(seconds, nanoseconds)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Instant;

    use super::*;

    /// Keeps the calling thread busy until its own clock has come so far.
    fn work(clock: Clock, until: Duration) {
        let start = Instant::now();
        while clock.read() < until {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "the clock stands"
            );
            std::hint::spin_loop();
        }
    }

    #[test]
    fn what_a_thread_used_is_counted_while_it_works_and_after_its_end() {
        let time = Arc::new(CpuTime::default());
        assert_eq!(time.used(), None);
        let (at_work, worked) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel::<()>();
        let counted = Arc::clone(&time);
        let thread = thread::spawn(move || {
            let thread = counted.count_thread().unwrap();
            work(thread.clock, Duration::from_millis(20));
            at_work.send(()).unwrap();
            // Until it is let go, without using any more.
            let _ = goes_on.recv();
        });
        worked.recv().unwrap();
        let seen = time.used().unwrap();
        assert!(seen >= Duration::from_millis(20), "{seen:?}");
        drop(go_on);
        thread.join().unwrap();
        let after = time.used().unwrap();
        assert!(after >= seen, "{after:?} after {seen:?}");
        assert_eq!(time.used(), Some(after), "it used nothing more");
    }

    #[test]
    fn other_threads_are_not_counted() {
        let time = Arc::new(CpuTime::default());
        let own = time.count_thread().unwrap();
        let before = time.used().unwrap();
        let busy = thread::spawn(|| {
            let clock = Clock::of_this_thread().unwrap();
            work(clock, Duration::from_millis(50));
        });
        busy.join().unwrap();
        let used = time.used().unwrap() - before;
        assert!(used < Duration::from_millis(50), "{used:?}");
        drop(own);
    }
}
