//! Calls by number: a token stands for one event in a plugin's hands, and for nothing once that
//! event came to its end.
//!
//! A call is made once and used for one event after the other: making one anew, and a place for it
//! under a lock, was a good part of what an event cost that is answered at once.

use std::cell::UnsafeCell;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};
use std::time::Duration;

use trunkline_core::Context;

use super::pool;
use super::{Call, Generation};

/// A place for a call, for ever: what a plugin kept of a token, however old, finds a place.
pub(super) struct Place {
    number: u32,
    /// Changes with each event, so that an old token fits no more.
    version: AtomicU32,
    /// The token of the event that is in the plugin's hands; 0 if none is.
    token: AtomicU64,
    /// How many hold the call. What it holds is changed while nobody does, and only then.
    holders: AtomicU32,
    call: UnsafeCell<Call>,
}

// SAFETY: the call is changed by whoever took it from the pool before anybody else can hold it, and
// by whoever let go of it last; all others share it, and a call may be shared.
unsafe impl Sync for Place {}

/// Holds a call: its event stays as it is.
pub(crate) struct Held(&'static Place);

/// A call with its event, begun; its token is the plugin's to complete.
pub(super) struct Begun {
    pub(super) held: Held,
    pub(super) token: u64,
}

impl Place {
    pub(super) const fn new(number: u32) -> Self {
        Self {
            number,
            version: AtomicU32::new(0),
            token: AtomicU64::new(0),
            holders: AtomicU32::new(0),
            call: UnsafeCell::new(Call::new()),
        }
    }

    /// Lets go of some holds. Whoever lets go of the last makes the place free.
    fn release(&'static self, holds: u32) {
        if self.holders.fetch_sub(holds, Ordering::Release) != holds {
            return;
        }
        fence(Ordering::Acquire);
        // SAFETY: nobody holds the call any more, and nobody can get hold of one that nobody
        // holds: it is ours until the pool has it.
        unsafe { (*self.call.get()).clear() };
        pool::give(self);
    }
}

impl Held {
    /// Lends a plugin the event of a delivery. There are two holds then: this, and the plugin's,
    /// which goes with its token.
    pub(super) fn begin(
        generation: &'static Generation,
        context: Context,
        patience: Option<Duration>,
    ) -> Begun {
        let place = pool::take();
        // SAFETY: what comes from the pool is held by nobody, and by us alone until the holds are
        // counted below.
        unsafe { (*place.call.get()).begin(generation, context, patience) };
        Self::arm(place)
    }

    /// Counts the two holds of a place that nobody holds, and lets its token be found.
    fn arm(place: &'static Place) -> Begun {
        // Zero would make a token of 0, which stands for no event.
        let version = place.version.load(Ordering::Relaxed).wrapping_add(1).max(1);
        place.version.store(version, Ordering::Relaxed);
        let token = u64::from(version) << 32 | u64::from(place.number);
        // Released with what is lent, for whoever comes with a token.
        place.holders.store(2, Ordering::Release);
        place.token.store(token, Ordering::Release);
        let held = Self(place);
        Begun { held, token }
    }

    /// The call of a token, if its event is still in this plugin's hands.
    pub(super) fn find(generation: &Generation, token: u64) -> Option<Self> {
        let held = Self::at(pool::place(token as u32)?)?;
        let fits = held.token() == token && token != 0 && held.is_of(generation);
        fits.then_some(held)
    }

    /// The calls whose events are in this plugin's hands.
    pub(super) fn all(generation: &'static Generation) -> impl Iterator<Item = Self> {
        let held = pool::places().filter_map(Self::at);
        held.filter(move |held| held.token() != 0 && held.is_of(generation))
    }

    /// Holds what somebody holds: what nobody holds may be changed at any time.
    fn at(place: &'static Place) -> Option<Self> {
        let mut holders = place.holders.load(Ordering::Relaxed);
        while holders != 0 {
            match place.holders.compare_exchange_weak(
                holders,
                holders + 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(Self(place)),
                Err(now) => holders = now,
            }
        }
        None
    }

    /// The token of its event; 0 once that came to its end.
    pub(super) fn token(&self) -> u64 {
        self.0.token.load(Ordering::Acquire)
    }

    /// Takes the event out of the plugin's hands, and the plugin's hold with it; `None` if it was
    /// not there any more. One of all who try succeeds.
    pub(super) fn take_back(&self, token: u64) -> Option<Self> {
        let taken = self
            .0
            .token
            .compare_exchange(token, 0, Ordering::AcqRel, Ordering::Relaxed);
        // Made only if it is: dropping one lets go of a hold.
        taken.is_ok().then(|| Self(self.0))
    }

    /// Lets go of two holds of one call.
    pub(super) fn release_both(self, other: Self) {
        debug_assert!(std::ptr::eq(self.0, other.0), "two holds of one call");
        let place = self.0;
        std::mem::forget((self, other));
        place.release(2);
    }
}

impl Clone for Held {
    fn clone(&self) -> Self {
        self.0.holders.fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

impl Deref for Held {
    type Target = Call;

    fn deref(&self) -> &Call {
        // SAFETY: it is held, so nobody changes it; what came before that is seen, as the hold was
        // acquired or given by someone who had.
        unsafe { &*self.0.call.get() }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.release(1);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn begin() -> Begun {
        Held::arm(pool::take())
    }

    fn holders(place: &Place) -> u32 {
        place.holders.load(Ordering::SeqCst)
    }

    #[test]
    fn a_token_is_taken_back_once() {
        let Begun { held, token } = begin();
        let plugins = held.take_back(token);
        assert!(plugins.is_some());
        assert!(held.take_back(token).is_none());
        assert_eq!((held.token(), holders(held.0)), (0, 2));
    }

    #[test]
    fn a_place_is_free_when_both_holds_are_gone_and_its_old_token_fits_no_more() {
        let Begun { held, token } = begin();
        let place = held.0;
        held.take_back(token).unwrap();
        drop(held);
        assert_eq!(holders(place), 0);
        assert!(Held::at(place).is_none());
        let next = begin();
        assert!(
            std::ptr::eq(next.held.0, place),
            "it was the last one freed"
        );
        assert_ne!(next.token, token);
        assert!(next.held.take_back(token).is_none());
        assert_eq!(holders(place), 2);
        let plugins = next.held.take_back(next.token).unwrap();
        next.held.release_both(plugins);
        assert_eq!(holders(place), 0);
    }

    /// Threads that come with every token there was, while its event ends: one of all succeeds, and
    /// no hold is lost or made up.
    #[test]
    fn of_many_who_complete_an_event_one_does() {
        const ROUNDS: usize = 2000;
        let (mut sent, threads): (Vec<_>, Vec<_>) = (0..3)
            .map(|_| {
                let (send, tokens) = std::sync::mpsc::channel::<u64>();
                let thread = thread::spawn(move || {
                    let mut taken = 0;
                    for token in tokens {
                        let held = pool::place(token as u32).and_then(Held::at);
                        let fits = held.filter(|held| held.token() == token);
                        let plugins = fits.as_ref().and_then(|held| held.take_back(token));
                        taken += usize::from(plugins.is_some());
                    }
                    taken
                });
                (send, thread)
            })
            .unzip();
        let mut own = 0;
        let mut places = Vec::new();
        for _ in 0..ROUNDS {
            let Begun { held, token } = begin();
            for send in &sent {
                send.send(token).unwrap();
            }
            own += usize::from(held.take_back(token).is_some());
            places.push(held.0);
        }
        sent.clear();
        let others: usize = threads.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(own + others, ROUNDS);
        assert!(places.iter().all(|place| holders(place) == 0));
    }
}
