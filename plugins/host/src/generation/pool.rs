//! Where calls are kept that hold no event, and found by their numbers.
//!
//! There are as many as were ever in plugins' hands at once, and they stay: a token may come back
//! at any time.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use super::held::Place;
use crate::sync::lock;

/// Places in the first chunk; each chunk has twice as many as the one before.
const FIRST: u32 = 32;
const CHUNKS: usize = 27;

/// All places there are. A chunk never moves, so they are found without a lock.
static PLACES: [OnceLock<Box<[Place]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
/// How many places have been given out.
static MADE: AtomicU32 = AtomicU32::new(0);
/// Places that no thread keeps for itself.
static FREE: Mutex<Vec<&'static Place>> = Mutex::new(Vec::new());

/// Most that a thread keeps for itself: events that are answered at once need one.
const MOST: usize = 8;

struct Spare(Vec<&'static Place>);

thread_local! {
    static SPARE: RefCell<Spare> = const { RefCell::new(Spare(Vec::new())) };
}

impl Drop for Spare {
    /// The thread ends; others may use what it had.
    fn drop(&mut self) {
        lock(&FREE).append(&mut self.0);
    }
}

/// A place that nobody holds, and that nobody else is given.
pub(super) fn take() -> &'static Place {
    // A thread that ends keeps none any more.
    let spare = SPARE.try_with(|spare| spare.borrow_mut().0.pop());
    spare.ok().flatten().unwrap_or_else(take_shared)
}

fn take_shared() -> &'static Place {
    let mut free = lock(&FREE);
    free.pop().unwrap_or_else(|| {
        // Under the lock: numbers are given out one after the other.
        let number = MADE.load(Ordering::Relaxed);
        let (chunk, at) = split(number);
        let places = PLACES[chunk].get_or_init(|| {
            let first = number - at as u32;
            (0..FIRST << chunk)
                .map(|offset| Place::new(first + offset))
                .collect()
        });
        MADE.store(number + 1, Ordering::Release);
        &places[at]
    })
}

/// Keeps a place that nobody holds any more.
pub(super) fn give(place: &'static Place) {
    let kept = SPARE.try_with(|spare| {
        let spare = &mut spare.borrow_mut().0;
        let room = spare.len() < MOST;
        if room {
            spare.push(place);
        }
        room
    });
    if !kept.unwrap_or(false) {
        lock(&FREE).push(place);
    }
}

/// The place of a number, if it was ever given out.
pub(super) fn place(number: u32) -> Option<&'static Place> {
    // Beyond the last chunk there are tokens that nobody gave out.
    if number >= u32::MAX - FIRST {
        return None;
    }
    let (chunk, at) = split(number);
    PLACES[chunk].get()?.get(at)
}

/// The places that were ever given out.
pub(super) fn places() -> impl Iterator<Item = &'static Place> {
    (0..MADE.load(Ordering::Acquire)).filter_map(place)
}

/// The chunk of a number, and the place in it.
fn split(number: u32) -> (usize, usize) {
    let chunk = ((number + FIRST) / FIRST).ilog2();
    let at = number + FIRST - (FIRST << chunk);
    (chunk as usize, at as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        assert_eq!(split(0), (0, 0));
        assert_eq!(split(31), (0, 31));
        assert_eq!(split(32), (1, 0));
        assert_eq!(split(95), (1, 63));
        assert_eq!(split(96), (2, 0));
        assert_eq!(split(u32::MAX - FIRST - 1).0, CHUNKS - 1);
    }

    #[test]
    fn a_number_that_was_never_given_out_has_no_place() {
        assert!(place(u32::MAX).is_none());
        assert!(place(u32::MAX - FIRST - 1).is_none());
    }
}
