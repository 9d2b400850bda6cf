//! What a call across the boundary came to. Unknown negative values count as [`FAILED`], unknown
//! positive ones too, with a warning.

/// Done.
pub const OK: i32 = 0;
/// Not done yet: `complete` will be called with the token.
pub const PENDING: i32 = 1;
/// To be tried again, after `retry_after_ms` or when the retry policy says.
pub const RETRY: i32 = 2;
/// Never again: the event becomes a dead letter.
pub const REJECT: i32 = 3;
/// Done, because it was none of the plugin's business.
pub const SKIP: i32 = 4;
/// Went wrong; an event is tried again.
pub const FAILED: i32 = -1;
/// The plugin panicked.
pub const PANIC: i32 = -2;
/// The other side does not know how.
pub const UNSUPPORTED: i32 = -3;
/// Too much at once; try later.
pub const LIMIT: i32 = -4;
/// Not allowed.
pub const DENIED: i32 = -5;
/// Given up because the host asked for it, or because the plugin is ending.
pub const CANCELLED: i32 = -6;
