//! What the plugin logs, to the host's log.

use std::cell::Cell;

thread_local! {
    /// The event this thread is working at.
    static TOKEN: Cell<u64> = const { Cell::new(0) };
}

/// The event this thread is working at; 0 for none.
pub(crate) fn token() -> u64 {
    TOKEN.try_with(Cell::get).unwrap_or_default()
}

/// Says which event this thread is working at, until it is dropped.
pub(crate) struct Working(u64);

impl Working {
    pub(crate) fn at(token: u64) -> Self {
        Self(TOKEN.replace(token))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        TOKEN.set(self.0);
    }
}

/// Lets what is logged through `tracing` and `log` go to the host. Where the author has set up
/// something else, that stays.
pub(crate) fn install(host: &crate::Host) {
    #[cfg(feature = "tracing")]
    {
        let bridge = tracing_bridge::Bridge::new(host.clone());
        let _ = tracing::subscriber::set_global_default(bridge);
    }
    #[cfg(feature = "log")]
    log_bridge::install(host.clone());
    let _ = host;
}

#[cfg(feature = "tracing")]
mod tracing_bridge {
    use std::fmt::{self, Write};
    use std::sync::atomic::{AtomicU64, Ordering};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::subscriber::Interest;
    use tracing::{Event, Level, Metadata, Subscriber};
    use trunkline_plugin_abi as abi;

    use crate::Host;

    /// Hands events to the host; spans are let be.
    pub(super) struct Bridge {
        host: Host,
        next: AtomicU64,
    }

    impl Bridge {
        pub(super) fn new(host: Host) -> Self {
            Self {
                host,
                next: AtomicU64::new(1),
            }
        }
    }

    fn number(level: Level) -> u32 {
        match level {
            Level::ERROR => abi::LOG_ERROR,
            Level::WARN => abi::LOG_WARN,
            Level::INFO => abi::LOG_INFO,
            Level::DEBUG => abi::LOG_DEBUG,
            Level::TRACE => abi::LOG_TRACE,
        }
    }

    impl Subscriber for Bridge {
        /// Asked each time: the host may be told to log more, or less, while the plugin runs.
        fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
            if metadata.is_event() {
                Interest::sometimes()
            } else {
                Interest::never()
            }
        }

        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.is_event() && number(*metadata.level()) <= self.host.log_level()
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(self.next.fetch_add(1, Ordering::Relaxed).max(1))
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &Event<'_>) {
            let mut line = Line(String::new());
            event.record(&mut line);
            let metadata = event.metadata();
            let level = number(*metadata.level());
            self.host
                .log(super::token(), level, metadata.target(), &line.0);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    /// The message, then the fields.
    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
            let written = if field.name() == "message" {
                let rest = std::mem::take(&mut self.0);
                write!(self.0, "{value:?}{rest}")
            } else {
                write!(self.0, " {}={value:?}", field.name())
            };
            debug_assert!(written.is_ok(), "a string takes all that is written");
        }
    }
}

#[cfg(feature = "log")]
mod log_bridge {
    use log::{Level, LevelFilter, Log, Metadata, Record};
    use trunkline_plugin_abi as abi;

    use crate::Host;

    struct Bridge(Host);

    fn number(level: Level) -> u32 {
        match level {
            Level::Error => abi::LOG_ERROR,
            Level::Warn => abi::LOG_WARN,
            Level::Info => abi::LOG_INFO,
            Level::Debug => abi::LOG_DEBUG,
            Level::Trace => abi::LOG_TRACE,
        }
    }

    impl Log for Bridge {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            number(metadata.level()) <= self.0.log_level()
        }

        fn log(&self, record: &Record<'_>) {
            if self.enabled(record.metadata()) {
                let text = record.args().to_string();
                let level = number(record.level());
                self.0.log(super::token(), level, record.target(), &text);
            }
        }

        fn flush(&self) {}
    }

    pub(super) fn install(host: Host) {
        if log::set_boxed_logger(Box::new(Bridge(host))).is_ok() {
            log::set_max_level(LevelFilter::Trace);
        }
    }
}
