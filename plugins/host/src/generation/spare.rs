//! Calls that are done with, kept for other events: making one anew is a good part of what an
//! event costs that is answered at once.

use std::cell::RefCell;
use std::sync::Arc;

use super::Call;

/// Most that a thread keeps: events that are answered at once need one.
const MOST: usize = 8;

thread_local! {
    static SPARE: RefCell<Vec<Arc<Call>>> = const { RefCell::new(Vec::new()) };
}

/// One that was kept; nobody else holds it.
pub(super) fn take() -> Option<Arc<Call>> {
    // A thread that ends has none any more.
    let taken = SPARE.try_with(|spare| spare.borrow_mut().pop());
    taken.ok().flatten()
}

/// Keeps one that nobody else holds, and that holds no event.
pub(super) fn give(call: Arc<Call>) {
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(call);
        }
    });
}
