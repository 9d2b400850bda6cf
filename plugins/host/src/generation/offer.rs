//! The functions that plugins call.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use metrics::{counter, gauge, histogram};
use trunkline_plugin_abi as abi;

use super::logs::{log, log_level};
use super::said::{self, Saying};
use super::{Generation, Held, Outcome, SHUTDOWN, publish};
use crate::sync::lock;

/// The host's table for one generation.
pub(super) fn table(generation: &'static Generation, linked: bool) -> abi::Host {
    abi::Host {
        size: size_of::<abi::Host>() as u32,
        abi_minor: abi::ABI_MINOR,
        flags: if linked { abi::HOST_SHARES_STATICS } else { 0 },
        reserved: 0,
        ctx: generation.ctx(),
        log: Some(log),
        log_level: Some(log_level),
        config: Some(config),
        audience: Some(audience),
        content: Some(content),
        publish: Some(publish),
        complete: Some(complete),
        cancelled: Some(cancelled),
        metric: Some(metric),
    }
}

/// Does what a plugin asks for. A panic is ours and stays here: it must not unwind into the plugin.
pub(super) fn serve<T>(
    ctx: *mut c_void,
    otherwise: T,
    what: impl FnOnce(&'static Generation) -> T,
) -> T {
    // SAFETY: `ctx` is null or, as the interface says, what `table` put there: a generation, which
    // lives for ever.
    let Some(generation) = (unsafe { ctx.cast::<Generation>().cast_const().as_ref() }) else {
        return otherwise;
    };
    catch_unwind(AssertUnwindSafe(|| what(generation))).unwrap_or_else(|_| {
        tracing::error!("a function for plugins panicked: a bug in the host");
        otherwise
    })
}

unsafe extern "C" fn config(ctx: *mut c_void) -> abi::Bytes {
    serve(ctx, abi::Bytes::EMPTY, |generation| {
        abi::Bytes::text(&generation.config)
    })
}

unsafe extern "C" fn audience(ctx: *mut c_void, token: u64, out: *mut abi::Audience) -> i32 {
    serve(ctx, abi::FAILED, |generation| {
        let Some(call) = Held::find(generation, token) else {
            return abi::FAILED;
        };
        let Some(audience) = call.audience() else {
            return abi::REJECT;
        };
        if out.is_null() {
            return abi::FAILED;
        }
        // SAFETY: the plugin lends a place for an audience, whose size it says (rule 1); one of an
        // older minor version would be smaller, and there is none.
        unsafe {
            if ((*out).size as usize) < size_of::<abi::Audience>() {
                return abi::UNSUPPORTED;
            }
            *out = audience;
        }
        abi::OK
    })
}

unsafe extern "C" fn content(ctx: *mut c_void, token: u64, out: *mut abi::Bytes) -> i32 {
    serve(ctx, abi::FAILED, |generation| {
        let (Some(call), false) = (Held::find(generation, token), out.is_null()) else {
            return abi::FAILED;
        };
        let (status, text) = match call.content() {
            Ok(text) => (abi::OK, text),
            Err(text) => (abi::REJECT, text),
        };
        // SAFETY: the plugin lends a place for bytes (rule 1). The text lives in the call, which
        // lives until the plugin completes it (rule 2).
        unsafe { *out = abi::Bytes::text(text) };
        status
    })
}

unsafe extern "C" fn publish(
    ctx: *mut c_void,
    token: u64,
    publication: *const abi::Publication,
    op: u64,
) -> i32 {
    serve(ctx, abi::FAILED, |generation| {
        // SAFETY: null, or lent for this call (rule 1).
        match unsafe { publication.as_ref() } {
            // SAFETY: as above, with all it points to.
            Some(publication) => unsafe { publish::accept(generation, token, publication, op) },
            None => abi::FAILED,
        }
    })
}

unsafe extern "C" fn complete(ctx: *mut c_void, token: u64, reply: *const abi::Reply) {
    serve(ctx, (), |generation| {
        // SAFETY: null, or lent for this call (rule 1).
        let outcome = unsafe { Outcome::copy(reply) };
        match token {
            0 => *lock(&generation.last_words) = outcome.message,
            SHUTDOWN => {
                let stopping = lock(&generation.stopping).take();
                match stopping {
                    Some((_, done)) => drop(done.send(outcome)),
                    None => generation.counters.late.add(1),
                }
            }
            // That is no outcome.
            _ if outcome.status == abi::PENDING => generation.counters.late.add(1),
            _ => {
                let late = match said::keep(token, outcome) {
                    Saying::Kept => false,
                    Saying::Late => true,
                    Saying::Elsewhere(outcome) => !generation.finish(token, outcome),
                };
                if late {
                    generation.counters.late.add(1);
                }
            }
        }
    });
}

unsafe extern "C" fn cancelled(ctx: *mut c_void, token: u64) -> i32 {
    serve(ctx, 1, |generation| match Held::find(generation, token) {
        Some(call) => i32::from(call.is_cancelled()),
        None => 1,
    })
}

unsafe extern "C" fn metric(ctx: *mut c_void, kind: u32, name: abi::Bytes, value: f64) {
    serve(ctx, (), |generation| {
        // SAFETY: lent for this call (rule 1).
        let name = unsafe { name.to_text() };
        if !generation.open.load(Ordering::Relaxed) || !generation.counters.takes_metric(name) {
            return;
        }
        let plugin = generation.manifest.name.clone();
        let name = name.to_owned();
        match kind {
            abi::METRIC_COUNTER if value >= 0.0 => {
                counter!("trunkline_plugin_custom_total", "plugin" => plugin, "name" => name)
                    .increment(value as u64);
            }
            abi::METRIC_GAUGE => {
                gauge!("trunkline_plugin_custom", "plugin" => plugin, "name" => name).set(value);
            }
            abi::METRIC_HISTOGRAM => {
                histogram!("trunkline_plugin_custom_values", "plugin" => plugin, "name" => name)
                    .record(value);
            }
            _ => {}
        }
    });
}
