//! What plugins log: to the host's log, with the event it belongs to, and not without end.

use std::ffi::c_void;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use trunkline_plugin_abi as abi;

use super::offer::serve;
use super::{Generation, Held};

/// Longest line that is logged; the rest is cut off.
const MAX_LINE: usize = 8192;

pub(super) unsafe extern "C" fn log(
    ctx: *mut c_void,
    token: u64,
    level: u32,
    target: abi::Bytes,
    text: abi::Bytes,
) {
    serve(ctx, (), |generation| {
        let Some(level) = level_of(level).filter(|level| *level <= LevelFilter::current()) else {
            // Nobody would see it: it is not counted either.
            return;
        };
        if !generation.logs.admit() {
            generation.counters.dropped_logs.add(1);
            return;
        }
        generation.tell_dropped();
        // SAFETY: lent for this call (rule 1).
        let (target, text) = unsafe { (target.to_text(), text.to_text()) };
        generation.log_line(token, level, target, super::outcome::cut(text, MAX_LINE));
    });
}

fn level_of(level: u32) -> Option<Level> {
    match level {
        abi::LOG_OFF => None,
        abi::LOG_ERROR => Some(Level::ERROR),
        abi::LOG_WARN => Some(Level::WARN),
        abi::LOG_INFO => Some(Level::INFO),
        abi::LOG_DEBUG => Some(Level::DEBUG),
        _ => Some(Level::TRACE),
    }
}

impl Generation {
    fn log_line(&self, token: u64, level: Level, target: &str, text: &str) {
        let plugin = self.manifest.name.as_str();
        let held = Held::find(self, token);
        let id = held
            .as_ref()
            .and_then(|call| call.context().envelope().id());
        let event = id.map(tracing::field::display);
        let target = (!target.is_empty()).then_some(target);
        match level {
            Level::ERROR => tracing::error!(plugin, target, event, "{text}"),
            Level::WARN => tracing::warn!(plugin, target, event, "{text}"),
            Level::INFO => tracing::info!(plugin, target, event, "{text}"),
            Level::DEBUG => tracing::debug!(plugin, target, event, "{text}"),
            Level::TRACE => tracing::trace!(plugin, target, event, "{text}"),
        }
    }

    /// Says how many lines were dropped since this was last said.
    pub(super) fn tell_dropped(&self) {
        let dropped = self.logs.take_refused();
        if dropped > 0 {
            let (plugin, most) = (&self.manifest.name, self.logs.most());
            tracing::warn!(
                plugin,
                dropped,
                "it logged more than {most} lines in a second (`log_per_s`); the rest was dropped"
            );
        }
    }
}

pub(super) unsafe extern "C" fn log_level(ctx: *mut c_void) -> u32 {
    serve(ctx, abi::LOG_OFF, |_| match LevelFilter::current() {
        LevelFilter::OFF => abi::LOG_OFF,
        LevelFilter::ERROR => abi::LOG_ERROR,
        LevelFilter::WARN => abi::LOG_WARN,
        LevelFilter::INFO => abi::LOG_INFO,
        LevelFilter::DEBUG => abi::LOG_DEBUG,
        _ => abi::LOG_TRACE,
    })
}
