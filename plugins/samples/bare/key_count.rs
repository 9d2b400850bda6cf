//! A plugin in Rust on the C interface alone: for compilers that are too old for `trunkline-plugin`,
//! and for whoever wants no dependency. What the SDK does for authors is done by hand here: the
//! manifest, the tables, and that no panic leaves the plugin.
//!
//! ```sh
//! rustc --edition 2021 -O --crate-type rlib --crate-name trunkline_plugin_abi ../../abi/src/lib.rs
//! rustc --edition 2021 -O --crate-type cdylib --extern trunkline_plugin_abi=libtrunkline_plugin_abi.rlib \
//!     key_count.rs -o key-count.so
//! ```

#![deny(unsafe_op_in_unsafe_fn)]

use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};

use trunkline_plugin_abi as abi;
use trunkline_plugin_abi::manifest::{self, Piece};

/// Another name may be given while compiling: `PLUGIN_NAME=other rustc …`.
const NAME: &str = match option_env!("PLUGIN_NAME") {
    Some(name) => name,
    None => "key-count",
};

const MANIFEST: &[&[Piece<'_>]] = &[
    &[
        Piece::Raw(r#"{"version":"1.0.0","lang":"rust","panic":"unwind","name":"#),
        Piece::Text(NAME),
        Piece::Raw(r#","handlers":[{"id":0,"fn":"count","events":["call_*"],"kind":"sync"}]}"#),
    ],
];
const LEN: usize = manifest::len(MANIFEST);

#[cfg(not(panic = "unwind"))]
compile_error!("a panic that aborts would end the host");

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static trunkline_plugin_meta_v1: abi::Meta<LEN> =
    abi::Meta::new(abi::META_CANNOT_ABORT, manifest::write(MANIFEST));

struct Counter {
    host: abi::Host,
    seen: AtomicU64,
}

impl Counter {
    fn count(&self, event: &abi::Event) {
        // SAFETY: the event, and what it points to, lives until the handler has returned.
        let body = unsafe { event.body.get() };
        let text = std::str::from_utf8(body).expect("the body is text");
        assert!(!text.is_empty(), "the body is empty");
        self.seen.fetch_add(1, Ordering::Relaxed);
        if let Some(metric) = self.host.metric {
            let name = abi::Bytes::text("seen");
            // SAFETY: the host's own function and context; the name lives during the call.
            unsafe { metric(self.host.ctx, abi::METRIC_COUNTER, name, 1.0) };
        }
    }

    fn complete(&self, token: u64, status: i32, message: &str) -> i32 {
        if let Some(complete) = self.host.complete {
            let reply = abi::Reply::with_message(status, abi::Bytes::text(message));
            // SAFETY: the host's own function and context; the reply lives during the call.
            unsafe { complete(self.host.ctx, token, &reply) };
        }
        status
    }
}

unsafe extern "C" fn handle(
    state: *mut c_void,
    _handler: u32,
    event: *const abi::Event,
    token: u64,
) -> i32 {
    // SAFETY: what the entry function gave, until `destroy`; and an event of the host's.
    let (counter, event) = unsafe { (&*state.cast::<Counter>(), &*event) };
    match catch_unwind(AssertUnwindSafe(|| counter.count(event))) {
        Ok(()) => abi::OK,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(ToString::to_string);
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            counter.complete(token, abi::PANIC, &text.unwrap_or_default())
        }
    }
}

unsafe extern "C" fn destroy(state: *mut c_void) {
    // SAFETY: what the entry function gave, once, as the last call.
    drop(unsafe { Box::from_raw(state.cast::<Counter>()) });
}

/// # Safety
/// The host's own tables, as the interface says.
#[no_mangle]
pub unsafe extern "C" fn trunkline_plugin_entry_v1(
    host: *const abi::Host,
    out: *mut abi::Plugin,
) -> i32 {
    // SAFETY: the host's table lives until `destroy` has returned.
    let host = unsafe { *host };
    let seen = AtomicU64::new(0);
    let table = abi::Plugin {
        state: Box::into_raw(Box::new(Counter { host, seen })).cast(),
        handle: Some(handle),
        destroy: Some(destroy),
        ..abi::Plugin::EMPTY
    };
    // SAFETY: a place for a table.
    unsafe { out.write(table) };
    abi::OK
}
