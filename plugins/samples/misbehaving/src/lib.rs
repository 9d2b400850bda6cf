//! Each fault on demand, to see what a host does about it.
//!
//! Publish `misbehave` with `{"how": "…"}`; what there is stands in [`How`]. A host survives all of
//! them but the last three, which no host of native plugins can.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use trunkline_plugin::{Context, DynamicEvent, HandlerError, Host, Result, export_plugin};

/// What can be done wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum How {
    /// Nothing.
    Behave,
    /// An error, to be tried again.
    Fail,
    /// An error, never to be tried again.
    Reject,
    /// A panic.
    Panic,
    /// A panic at the first attempt, and none after it.
    PanicOnce,
    /// A panic in a destructor.
    PanicInDrop,
    /// In an `async fn`, a panic when it is given up or the plugin ends; in a `fn`, nothing.
    PanicWhenGivenUp,
    /// A thread that never comes back.
    Hang,
    /// A second of work.
    Slow,
    /// A thousand events published at once.
    Flood,
    /// An event published that was not declared.
    Trespass,
    /// The end of the process: `abort`.
    Abort,
    /// The end of the process: `exit`.
    Exit,
    /// The end of the process: writing where nothing is.
    Segfault,
}

#[derive(Deserialize)]
struct Order {
    how: How,
}

/// What `[config]` may hold: the same, for the start and the end of the plugin.
#[derive(Deserialize)]
struct Config {
    start: Option<How>,
    end: Option<How>,
}

/// The plugin.
pub struct Misbehaving {
    end: Option<How>,
}

impl Misbehaving {
    fn new(host: &Host) -> Result<Self> {
        let config: Config = host.config()?;
        if let Some(how) = config.start {
            alone(how)?;
        }
        Ok(Self { end: config.end })
    }

    fn misbehave(&self, order: Order, cx: &Context) -> Result {
        log::warn!("told to {:?}", order.how);
        match order.how {
            How::Flood => flood(cx),
            How::Trespass => trespass(cx),
            How::PanicOnce => panic_once(cx),
            how => alone(how),
        }
    }

    async fn misbehave_later(&self, order: Order, cx: &Context) -> Result {
        log::warn!("told to {:?}, later", order.how);
        tokio::time::sleep(Duration::from_millis(1)).await;
        match order.how {
            How::Flood => flood(cx),
            How::Trespass => trespass(cx),
            How::PanicOnce => panic_once(cx),
            // In an `async fn`, what never comes back waits for ever.
            How::Hang => std::future::pending().await,
            How::PanicWhenGivenUp => {
                let _trap = Trap;
                std::future::pending().await
            }
            How::Slow => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(())
            }
            how => alone(how),
        }
    }
}

impl Drop for Misbehaving {
    fn drop(&mut self) {
        if let Some(how) = self.end {
            let _ = alone(how);
        }
    }
}

struct Trap;

impl Drop for Trap {
    fn drop(&mut self) {
        panic!("while being dropped");
    }
}

fn alone(how: How) -> Result {
    match how {
        How::Fail => return Err(HandlerError::retry("told to fail")),
        How::Reject => return Err(HandlerError::reject("told to reject")),
        How::Panic => panic!("told to panic"),
        How::PanicInDrop => drop(Trap),
        How::Hang => loop {
            std::thread::park();
        },
        How::Slow => std::thread::sleep(Duration::from_secs(1)),
        How::Abort => std::process::abort(),
        How::Exit => std::process::exit(3),
        How::Segfault => segfault(),
        _ => {}
    }
    Ok(())
}

fn segfault() {
    // SAFETY: none; it is what this is for.
    #[allow(unsafe_code, reason = "it is what this is for")]
    unsafe {
        std::ptr::null_mut::<u8>().add(8).write_volatile(1);
    }
}

fn flood(cx: &Context) -> Result {
    for n in 0..1000 {
        let event = DynamicEvent::service("flood", "flood")?.with_content(&json!({ "n": n }))?;
        // Those that are too many are refused, and that is what is to be seen.
        let _ = cx.send(&event);
    }
    Ok(())
}

fn panic_once(cx: &Context) -> Result {
    assert!(cx.event().attempt() > 1, "told to panic once");
    Ok(())
}

fn trespass(cx: &Context) -> Result {
    let event = DynamicEvent::service("call_created", "calls.created")?;
    cx.send(&event).map_err(HandlerError::reject)
}

export_plugin! {
    Misbehaving {
        "misbehave" => misbehave,
        "misbehave_later" => misbehave_later,
    }
    publishes ["flood"]
}
