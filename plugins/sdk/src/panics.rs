//! Panics stay inside: each entry is guarded, and the host's log says where it was.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use trunkline_plugin_abi as abi;

use crate::Host;

thread_local! {
    /// Where this thread's last panic was, and what it said.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Lets panics be told to the host instead of standard error. Without it one panic with backtraces
/// switched on costs 36 MB of symbols in every plugin's copy of the standard library.
pub(crate) fn install_hook(host: Host) {
    panic::set_hook(Box::new(move |info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let text = format!("at {place}: {}", text_of(info.payload()));
        host.log(
            crate::bridge::token(),
            abi::LOG_ERROR,
            "panic",
            &format!("panicked {text}"),
        );
        LAST.with(|last| *last.borrow_mut() = Some(text));
    }));
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

/// Runs something that may panic; gives what it said.
pub(crate) fn guard<T>(what: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(what)).map_err(|payload| {
        let told = LAST.with(|last| last.borrow_mut().take());
        let text = told.unwrap_or_else(|| text_of(&*payload).to_owned());
        // What was thrown may panic itself when dropped, and so may what that throws.
        if let Err(another) = catch_unwind(AssertUnwindSafe(move || drop(payload))) {
            std::mem::forget(another);
        }
        text
    })
}
