//! Events on their way into a handler and back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use trunkline_core::Context;
use trunkline_plugin_abi as abi;

use super::held::Begun;
use super::said::Handling;
use super::{Call, Generation, Held, Outcome};
use crate::manifest::{HandlerKind, HandlerManifest};

/// What came of calling a handler.
pub(crate) enum Answer {
    Done(Outcome),
    /// The outcome comes to the call.
    Later(Held),
}

impl Answer {
    /// The outcome, if it has come to the call.
    fn of(held: Held) -> Self {
        // While the token stands there is none, and no lock has to be taken to know it.
        let outcome = (held.token() == 0).then(|| held.take()).flatten();
        outcome.map_or(Self::Later(held), Self::Done)
    }
}

impl Generation {
    /// Calls a handler, or has it called, for whoever has [joined](Self::join): the event leaves for
    /// it. What takes longer comes to the call.
    pub(crate) fn begin(
        &'static self,
        (place, handler): (usize, &HandlerManifest),
        context: Context,
        patience: Duration,
    ) -> Answer {
        let watch = &self.watches[place];
        let kind = match handler.kind {
            HandlerKind::Inline if watch.is_demoted() => HandlerKind::Sync,
            kind => kind,
        };
        // What is called at once and never waits has no deadline worth looking at the clock for.
        let limit = (kind != HandlerKind::Inline).then_some(patience);
        let Begun { held, token } = Held::begin(self, context, limit);
        if kind == HandlerKind::Sync {
            self.lane.push(self, handler.id, held.clone(), token);
            return Answer::of(held);
        }
        let begun = watch.begin();
        let handling = Handling::of(token);
        let status = self.invoke(handler.id, &held, token);
        let said = handling.end();
        if watch.end(begun) && kind == HandlerKind::Inline {
            self.tell_demoted(handler);
        }
        if said.is_some() || status != abi::PENDING {
            return self.finish_at_once(held, token, said, status);
        }
        Answer::of(held)
    }

    fn tell_demoted(&self, handler: &HandlerManifest) {
        let (plugin, handler) = (&self.manifest.name, &handler.name);
        tracing::warn!(
            plugin,
            handler,
            "it is `inline` and takes over a millisecond: it gets a thread of the plugin's own"
        );
    }

    /// An event was done with when its handler returned: nobody has to be woken for it. What was
    /// said by `complete` stands, whatever was returned.
    fn finish_at_once(&self, held: Held, token: u64, said: Option<Outcome>, status: i32) -> Answer {
        let Some(plugins) = held.take_back(token) else {
            // Another thread of the plugin's completed it before.
            if said.is_some() {
                self.counters.late.add(1);
            }
            return Answer::of(held);
        };
        let outcome = said.unwrap_or_else(|| Outcome::of(status));
        self.came_back(&held, &outcome);
        let answer = if held.is_cancelled() {
            held.complete(outcome);
            drop(plugins);
            Answer::of(held)
        } else {
            held.release_both(plugins);
            Answer::Done(outcome)
        };
        self.leave();
        answer
    }

    /// Calls a handler on this thread, and gives the status it returned.
    pub(super) fn invoke(&self, id: u32, call: &Call, token: u64) -> i32 {
        let table = self.table();
        let Some(handle) = table.handle else {
            return abi::FAILED;
        };
        // SAFETY: the plugin has started and `shutdown` was not called, as this event is in flight
        // (rule 5); the event lives in the call, which the plugin holds until its token is
        // completed (rule 2).
        unsafe { handle(table.state, id, call.event(), token) }
    }

    /// An event came to its end. What was said by `complete` stands, whatever comes later.
    pub(super) fn finish(&self, token: u64, outcome: Outcome) -> bool {
        let Some(held) = Held::find(self, token) else {
            return false;
        };
        let Some(plugins) = held.take_back(token) else {
            return false;
        };
        self.came_back(&held, &outcome);
        held.complete(outcome);
        held.release_both(plugins);
        self.leave();
        true
    }

    /// An event left the plugin's hands.
    fn came_back(&self, call: &Call, outcome: &Outcome) {
        if outcome.status == abi::PANIC {
            self.count_panic(outcome);
        }
        if call.is_cancelled() {
            // One that says it gave up was not late with it.
            if outcome.status != abi::CANCELLED {
                self.counters.late.add(1);
            }
            // One that was handed back is not counted: nothing comes after it.
            let less = |left: usize| Some(left.saturating_sub(1));
            let _ = self
                .abandoned
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        }
    }

    /// Nobody waits for a call any more: the plugin is told, and keeps the event until it is done.
    pub(crate) fn abandon(&'static self, call: &Held) {
        if !call.give_up() {
            return;
        }
        let left = self.abandoned.fetch_add(1, Ordering::SeqCst) + 1;
        if call.holds_thread() && !self.lane.write_off(self, call) {
            let lost = self.lane.lost();
            self.raise(format!(
                "{lost} of its threads never came back from a handler"
            ));
        }
        if left >= self.settings.concurrency {
            self.raise(format!("it never finished {left} events"));
        }
        self.cancel(call.token());
    }

    /// Tells the plugin to be done with an event soon.
    pub(super) fn cancel(&'static self, token: u64) {
        self.control.try_tell(move || {
            let table = self.table();
            if let (Some(cancel), Some(_held)) = (table.cancel, Held::find(self, token)) {
                // SAFETY: the token is still the plugin's; `cancel` may be called on any thread.
                unsafe { cancel(table.state, token) };
            }
        });
    }
}
