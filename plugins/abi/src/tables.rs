//! The two tables of functions.

use core::ffi::c_void;
use core::mem::size_of;

use crate::view::{Audience, Bytes, Event, Publication, Reply};

/// Logs nothing.
pub const LOG_OFF: u32 = 0;
/// Something failed.
pub const LOG_ERROR: u32 = 1;
/// Something is odd.
pub const LOG_WARN: u32 = 2;
/// Something happened.
pub const LOG_INFO: u32 = 3;
/// For whoever looks closer.
pub const LOG_DEBUG: u32 = 4;
/// Everything.
pub const LOG_TRACE: u32 = 5;

/// The value is added to a counter.
pub const METRIC_COUNTER: u32 = 0;
/// The value is what a gauge shows.
pub const METRIC_GAUGE: u32 = 1;
/// The value is one observation of a histogram.
pub const METRIC_HISTOGRAM: u32 = 2;

/// The plugin is linked into the host's program, as in tests: what is global is the host's too.
pub const HOST_SHARES_STATICS: u32 = 1;

/// What the host offers; valid until `destroy` returns. Functions may be called on any thread. A
/// token of 0 stands for no event.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Host {
    /// Bytes of this struct that are filled in.
    pub size: u32,
    /// The host's minor version of the interface.
    pub abi_minor: u32,
    /// `HOST_` flags.
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
    /// To be passed to every function.
    pub ctx: *mut c_void,
    /// Logs a line at a `LOG_` level. `target` says who speaks; empty for the plugin as a whole.
    pub log: Option<
        unsafe extern "C" fn(ctx: *mut c_void, token: u64, level: u32, target: Bytes, text: Bytes),
    >,
    /// The most talkative level that is logged.
    pub log_level: Option<unsafe extern "C" fn(ctx: *mut c_void) -> u32>,
    /// The plugin's configuration, a JSON object; lives as long as the host's table.
    pub config: Option<unsafe extern "C" fn(ctx: *mut c_void) -> Bytes>,
    /// Whom the token's event is for; what it points to lives as long as the event.
    pub audience:
        Option<unsafe extern "C" fn(ctx: *mut c_void, token: u64, out: *mut Audience) -> i32>,
    /// What the token's event says, a JSON object whatever the dialect; lives as long as the
    /// event. With `REJECT` the body could not be read, and `out` says why.
    pub content: Option<unsafe extern "C" fn(ctx: *mut c_void, token: u64, out: *mut Bytes) -> i32>,
    /// Publishes an event, as what the token's event led to. `OK`: the host has taken it, and
    /// calls `published` with `op` once the broker has, unless `op` is 0. `DENIED`, `LIMIT`,
    /// `FAILED`: it has not.
    pub publish: Option<
        unsafe extern "C" fn(
            ctx: *mut c_void,
            token: u64,
            publication: *const Publication,
            op: u64,
        ) -> i32,
    >,
    /// Says how the token's event, or `shutdown`, ended.
    pub complete: Option<unsafe extern "C" fn(ctx: *mut c_void, token: u64, reply: *const Reply)>,
    /// Whether the host has given the token up: 1 if so. The event stays valid all the same.
    pub cancelled: Option<unsafe extern "C" fn(ctx: *mut c_void, token: u64) -> i32>,
    /// Counts or measures; `kind` is one of the `METRIC_` values.
    pub metric: Option<unsafe extern "C" fn(ctx: *mut c_void, kind: u32, name: Bytes, value: f64)>,
}

/// What the plugin offers. `handle` and `destroy` must be there; the others may be null.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Plugin {
    /// Bytes of this struct that are filled in.
    pub size: u32,
    /// Zero.
    pub flags: u32,
    /// To be passed to every function.
    pub state: *mut c_void,
    /// Handles an event with the handler of that `id` in the manifest.
    pub handle: Option<
        unsafe extern "C" fn(
            state: *mut c_void,
            handler: u32,
            event: *const Event,
            token: u64,
        ) -> i32,
    >,
    /// The host has given the token up: be done soon.
    pub cancel: Option<unsafe extern "C" fn(state: *mut c_void, token: u64)>,
    /// The broker has taken what was published as `op`, or has not.
    pub published: Option<unsafe extern "C" fn(state: *mut c_void, op: u64, reply: *const Reply)>,
    /// Ends the plugin's work: all events are done. May be `PENDING`.
    pub shutdown: Option<unsafe extern "C" fn(state: *mut c_void, token: u64) -> i32>,
    /// Frees `state`. Nothing is called afterwards.
    pub destroy: Option<unsafe extern "C" fn(state: *mut c_void)>,
}

/// The entry function: makes the plugin's state and fills `out` in. Before a status that is not
/// `OK` it may say why through `complete` with the token 0.
pub type Entry = unsafe extern "C" fn(host: *const Host, out: *mut Plugin) -> i32;

impl Plugin {
    /// A table without functions, for the entry to fill in.
    pub const EMPTY: Self = Self {
        size: size_of::<Self>() as u32,
        flags: 0,
        state: core::ptr::null_mut(),
        handle: None,
        cancel: None,
        published: None,
        shutdown: None,
        destroy: None,
    };
}
