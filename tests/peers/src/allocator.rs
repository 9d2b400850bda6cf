//! The system's allocator, counting when asked to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ON: AtomicBool = AtomicBool::new(false);
static HELD: AtomicI64 = AtomicI64::new(0);

struct Counting;

fn count(bytes: i64) {
    // Off in every case that measures time: what is left is one look at a flag.
    if ON.load(Ordering::Relaxed) {
        HELD.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as i64);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as i64));
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as i64 - layout.size() as i64);
        unsafe { System.realloc(at, layout, size) }
    }
}

/// How many bytes more are held after `work` than before; what it returns is still alive.
pub fn held_by<T>(work: impl FnOnce() -> T) -> (T, i64) {
    let before = HELD.load(Ordering::SeqCst);
    ON.store(true, Ordering::SeqCst);
    let made = work();
    ON.store(false, Ordering::SeqCst);
    (made, HELD.load(Ordering::SeqCst) - before)
}
