//! How many events may be in a plugin's hands.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Room for so many, and those who wait for it.
///
/// What a semaphore is, but that giving room back takes a lock only when somebody waits for it: an
/// event that is answered at once comes through here twice.
pub(crate) struct Gate {
    most: usize,
    taken: AtomicUsize,
    /// Who wait. While there are any nobody goes before them.
    waiting: AtomicUsize,
    room: Notify,
}

impl Gate {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            taken: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            room: Notify::new(),
        }
    }

    /// Takes room, if there is any and nobody waits for it; [`leave`](Self::leave) gives it back.
    pub(crate) fn enter(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == 0 && self.take()
    }

    /// Whether there is room, and nobody waits for it.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == 0 && self.taken.load(Ordering::SeqCst) < self.most
    }

    /// Takes room even if there is none.
    pub(crate) fn force(&self) {
        self.taken.fetch_add(1, Ordering::SeqCst);
    }

    fn take(&self) -> bool {
        let mut taken = self.taken.load(Ordering::SeqCst);
        while taken < self.most {
            match self.taken.compare_exchange_weak(
                taken,
                taken + 1,
                Ordering::SeqCst,
                Ordering::SeqCst,
            ) {
                Ok(_) => return true,
                Err(now) => taken = now,
            }
        }
        false
    }

    /// Gives room back.
    pub(crate) fn leave(&self) {
        self.taken.fetch_sub(1, Ordering::SeqCst);
        // Either this sees that somebody waits, or whoever waits sees the room.
        if self.waiting.load(Ordering::SeqCst) != 0 {
            self.room.notify_one();
        }
    }

    /// Takes room once there is some. Dropping the future takes none.
    pub(crate) async fn wait(&self) {
        let _waiting = Waiting::new(&self.waiting);
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            // From here on nothing is missed; what is heard and not used goes to the next.
            room.as_mut().enable();
            if self.take() {
                return;
            }
            room.await;
        }
    }
}

/// Is counted while it waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_waits_gets_the_room_that_is_given_back() {
        let gate = Gate::new(1);
        assert!(gate.enter());
        assert!(!gate.enter());
        let late = async {
            tokio::task::yield_now().await;
            gate.leave();
        };
        tokio::join!(gate.wait(), late);
        assert!(!gate.enter());
        gate.leave();
        assert!(gate.enter());
    }

    #[tokio::test]
    async fn who_stops_waiting_takes_no_room() {
        let gate = Gate::new(1);
        assert!(gate.enter());
        let waited = tokio::time::timeout(Duration::from_millis(5), gate.wait()).await;
        assert!(waited.is_err());
        gate.leave();
        assert!(gate.enter());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn there_are_never_more_than_may_be_and_nobody_waits_for_ever() {
        let (gate, inside) = (Arc::new(Gate::new(3)), Arc::new(AtomicUsize::new(0)));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (gate, inside) = (Arc::clone(&gate), Arc::clone(&inside));
                tokio::spawn(async move {
                    for _ in 0..2000 {
                        if !gate.enter() {
                            gate.wait().await;
                        }
                        assert!(inside.fetch_add(1, Ordering::SeqCst) < 3);
                        tokio::task::yield_now().await;
                        inside.fetch_sub(1, Ordering::SeqCst);
                        gate.leave();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(gate.taken.load(Ordering::SeqCst), 0);
    }
}
