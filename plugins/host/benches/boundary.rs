//! What the boundary alone costs: a handler called through the plugin's table, beside the same work
//! behind a `dyn` call in the host.
//!
//! `cargo bench -p trunkline-plugin-host --bench boundary`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may")]

mod support;

use std::ffi::c_void;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use libloading::Library;
use trunkline_plugin::{Event, Host, Plugin, Result, export_plugin};
use trunkline_plugin_abi as abi;

const CALLS: usize = 20_000;
const TURNS: usize = 2000;

/// The work: the same everywhere.
struct Sum(AtomicU64);

impl Sum {
    fn add(&self, more: usize) {
        // Not `fetch_add`: what that costs would hide the rest.
        let sum = self.0.load(Ordering::Relaxed) + more as u64;
        self.0.store(sum, Ordering::Relaxed);
    }
}

trait Handler {
    fn handle(&self, event: &abi::Event) -> i32;
}

impl Handler for Sum {
    fn handle(&self, event: &abi::Event) -> i32 {
        self.add(event.body.len + event.header_count);
        abi::OK
    }
}

/// A plugin in Rust, with all that the SDK does around a handler.
struct InRust(Sum);

impl InRust {
    fn new(_: &Host) -> Result<Self> {
        Ok(Self(Sum(AtomicU64::new(0))))
    }

    fn tick(&self, event: Event<'_>) {
        self.0.add(event.body().len() + event.headers().len());
    }
}

export_plugin! {
    InRust { "tick" => tick { inline } }
    as "in-rust" version "1.0.0"
}

unsafe extern "C" fn config(_: *mut c_void) -> abi::Bytes {
    abi::Bytes::text("{}")
}

unsafe extern "C" fn complete(_: *mut c_void, _: u64, _: *const abi::Reply) {}

/// A host that does nothing.
const HOST: abi::Host = abi::Host {
    size: size_of::<abi::Host>() as u32,
    abi_minor: abi::ABI_MINOR,
    flags: abi::HOST_SHARES_STATICS,
    reserved: 0,
    ctx: std::ptr::null_mut(),
    log: None,
    log_level: None,
    config: Some(config),
    audience: None,
    content: None,
    publish: None,
    complete: Some(complete),
    cancelled: None,
    metric: None,
};

fn start(entry: abi::Entry) -> abi::Plugin {
    let host: &abi::Host = Box::leak(Box::new(HOST));
    let mut table = abi::Plugin::EMPTY;
    // SAFETY: both tables are as the interface says, and the host's lives for ever.
    assert_eq!(unsafe { entry(host, &mut table) }, abi::OK);
    table
}

fn main() {
    let directory = tempfile::tempdir().unwrap();
    let path = support::compile(directory.path(), "inline");
    // SAFETY: the plugin above, which is never closed.
    let in_c = unsafe {
        let library = Box::leak(Box::new(Library::new(path).unwrap()));
        *library
            .get::<abi::Entry>(abi::ENTRY_SYMBOL.as_bytes())
            .unwrap()
    };
    let tables = [start(in_c), start(InRust::ENTRY)];
    let envelope = support::envelope();
    let headers: Vec<abi::Header> = envelope
        .headers()
        .iter_bytes()
        .map(|(name, _)| abi::Header {
            name: abi::Bytes::of(name),
            value: abi::Bytes::EMPTY,
            kind: abi::HEADER_TEXT,
            reserved: 0,
        })
        .collect();
    let event = event(&envelope, &headers);
    let floor: Box<dyn Handler> = Box::new(Sum(AtomicU64::new(0)));
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..TURNS {
        times[0].push(time(|| black_box(&floor).handle(black_box(&event))));
        for (table, times) in tables.iter().zip(&mut times[1..]) {
            let handle = black_box(table.handle.unwrap());
            times.push(time(|| {
                // SAFETY: the plugin has started, and the event lives.
                unsafe { handle(table.state, 0, black_box(&event), 1) }
            }));
        }
    }
    println!("{CALLS} calls a turn, quickest tenth of {TURNS} turns");
    let floor = support::each(support::quick(&mut times[0]), CALLS);
    for (name, times) in ["dyn call in the host", "plugin in C", "plugin in Rust, SDK"]
        .iter()
        .zip(&mut times)
    {
        let each = support::each(support::quick(times), CALLS);
        println!("{name:22} {each:5.1} ns a call  {:+5.1} ns", each - floor);
    }
}

fn event(envelope: &trunkline_core::Envelope, headers: &[abi::Header]) -> abi::Event {
    abi::Event {
        size: size_of::<abi::Event>() as u32,
        flags: 0,
        name: abi::Bytes::text("tick"),
        id: abi::Bytes::EMPTY,
        routing_key: abi::Bytes::text(envelope.routing_key().as_str()),
        content_type: abi::Bytes::EMPTY,
        body: abi::Bytes::of(envelope.body()),
        headers: headers.as_ptr(),
        header_count: headers.len(),
        time_unix_ns: 0,
        deadline_unix_ns: 0,
        attempt: 1,
        reserved: 0,
    }
}

fn time(call: impl Fn() -> i32) -> Duration {
    let begun = Instant::now();
    for _ in 0..CALLS {
        assert_eq!(black_box(call()), abi::OK);
    }
    begun.elapsed()
}
