//! The plugin's side of the C interface.

use std::ffi::c_void;
use std::sync::Arc;
use std::time::Duration;

use trunkline_core::Disposition;
use trunkline_plugin_abi as abi;

use crate::call::Answer;
use crate::run::{Runner, Work};
use crate::{Context, Host, Plugin, Result, bridge, panics};

/// Time that handlers get to end when the plugin ends. Hosts give 5 s for all of it.
const END: Duration = Duration::from_secs(3);

/// A plugin at work.
pub(crate) struct Instance<P: Plugin> {
    pub(crate) host: Host,
    plugin: P,
    pub(crate) runner: Runner<P>,
}

/// What the host keeps as the plugin's state.
type State<P> = Arc<Instance<P>>;

/// The entry function of a plugin.
///
/// # Safety
/// Both tables are as the interface says; the host's lives until `destroy` returns.
pub unsafe fn enter<P: Plugin>(host: *const abi::Host, out: *mut abi::Plugin) -> i32 {
    // SAFETY: the caller's promise.
    let (Some(api), false) = (unsafe { host.as_ref() }, out.is_null()) else {
        return abi::FAILED;
    };
    let Some(host) = Host::new(api) else {
        return abi::UNSUPPORTED;
    };
    if api.flags & abi::HOST_SHARES_STATICS == 0 {
        panics::install_hook(host.clone());
        bridge::install(&host);
    }
    let fail = |status, text: &str| {
        host.complete(0, &abi::Reply::with_message(status, abi::Bytes::text(text)));
        host.close();
        status
    };
    let plugin = match panics::guard(|| P::make(&host)) {
        Ok(Ok(plugin)) => plugin,
        Ok(Err(error)) => return fail(abi::FAILED, &error.to_string()),
        Err(text) => return fail(abi::PANIC, &text),
    };
    let state: State<P> = Arc::new(Instance {
        host,
        plugin,
        runner: Runner::default(),
    });
    let table = abi::Plugin {
        state: Box::into_raw(Box::new(state)).cast(),
        handle: Some(handle::<P>),
        cancel: Some(cancel::<P>),
        published: Some(published::<P>),
        shutdown: Some(shutdown::<P>),
        destroy: Some(destroy::<P>),
        ..abi::Plugin::EMPTY
    };
    // SAFETY: the caller's promise: a place for a table.
    unsafe { out.write(table) };
    abi::OK
}

/// The state behind a pointer of the table.
///
/// # Safety
/// It is the one that `enter` gave, and `destroy` was not called.
unsafe fn state<'a, P: Plugin>(state: *mut c_void) -> &'a State<P> {
    // SAFETY: the caller's promise.
    unsafe { &*state.cast::<State<P>>() }
}

unsafe extern "C" fn handle<P: Plugin>(
    at: *mut c_void,
    handler: u32,
    event: *const abi::Event,
    token: u64,
) -> i32 {
    // SAFETY: the host keeps the interface's rules (5).
    let instance = unsafe { state::<P>(at) };
    let Some(route) = P::routes().get(handler as usize) else {
        return abi::UNSUPPORTED;
    };
    let _working = bridge::Working::at(token);
    // SAFETY: the event lives until the token is completed (rule 2), which happens after the context
    // is let go of: here by returning, in `Work` by dropping the future first. The host lives in the
    // instance, which outlives the calls of its handlers.
    let context = || unsafe { Context::new(&instance.host, token, event, route.content) };
    let called = panics::guard(|| {
        if route.is_sync {
            if let Answer::Now(outcome) = (route.call)(&instance.plugin, &context()) {
                return Some(outcome);
            }
            unreachable!("a `fn` answers now");
        }
        let context = Box::new(context());
        // A borrow of the heap, which stays where it is when the box moves.
        let borrowed: *const Context = &*context;
        // SAFETY: the box is kept as long as what borrows it: until the end of this, or by `Work`.
        match (route.call)(&instance.plugin, unsafe { &*borrowed }) {
            Answer::Now(outcome) => Some(outcome),
            Answer::Later(future) => {
                // SAFETY: a handler's future borrows its plugin and its context alone, as its
                // signature is for any lifetime of these.
                let work = unsafe { Work::new(future, context, Arc::clone(instance)) };
                instance.runner.spawn(work);
                None
            }
        }
    });
    match called {
        Ok(None) => abi::PENDING,
        Ok(Some(Ok(()))) => abi::OK,
        Ok(Some(outcome)) => with_reply(&outcome, |reply| {
            instance.host.complete(token, reply);
            reply.status
        }),
        Err(text) => {
            let reply = abi::Reply::with_message(abi::PANIC, abi::Bytes::text(&text));
            instance.host.complete(token, &reply);
            abi::PANIC
        }
    }
}

/// Writes an outcome as a reply.
pub(crate) fn with_reply<T>(outcome: &Result, with: impl FnOnce(&abi::Reply) -> T) -> T {
    let Err(error) = outcome else {
        return with(&abi::Reply::of(abi::OK));
    };
    let text = error.to_string();
    let mut reply = abi::Reply::with_message(abi::RETRY, abi::Bytes::text(&text));
    match error.disposition() {
        Disposition::Retry(Some(wait)) => {
            reply.retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        }
        Disposition::Reject(_) => reply.status = abi::REJECT,
        _ => {}
    }
    with(&reply)
}

unsafe extern "C" fn cancel<P: Plugin>(at: *mut c_void, token: u64) {
    // SAFETY: the host keeps the interface's rules (5).
    let instance = unsafe { state::<P>(at) };
    // What is dropped here is the author's, and may panic.
    let _ = panics::guard(|| instance.runner.cancel(token));
}

unsafe extern "C" fn published<P: Plugin>(at: *mut c_void, op: u64, reply: *const abi::Reply) {
    // SAFETY: the host keeps the interface's rules (5), and lends the reply for this call.
    let (instance, reply) = unsafe { (state::<P>(at), reply.as_ref()) };
    let reply = reply.copied().unwrap_or(abi::Reply::of(abi::FAILED));
    // SAFETY: as above.
    let message = unsafe { reply.message.to_text() };
    let _ = panics::guard(|| instance.host.confirmed(op, reply.status, message));
}

unsafe extern "C" fn shutdown<P: Plugin>(at: *mut c_void, _token: u64) -> i32 {
    // SAFETY: the host keeps the interface's rules (5).
    let instance = unsafe { state::<P>(at) };
    match panics::guard(|| instance.runner.end(END)) {
        Ok(()) => abi::OK,
        Err(_) => abi::PANIC,
    }
}

unsafe extern "C" fn destroy<P: Plugin>(at: *mut c_void) {
    // SAFETY: once, as the last call (rule 5), with what `enter` gave.
    let instance = unsafe { Box::from_raw(at.cast::<State<P>>()) };
    let host = instance.host.clone();
    // Dropping the plugin is its author's chance to tidy up; the host is still there.
    let _ = panics::guard(|| drop(instance));
    host.close();
}
