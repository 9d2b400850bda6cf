//! What a plugin says of an event while its handler runs, on the dispatcher's thread it was called on.
//!
//! `complete` on that thread is what most asynchronous handlers do that are done at once, and what
//! every handler does that has a message. Nobody can wait for it before the handler returns: so it
//! is kept until then, and treated as if it had been returned.

use std::cell::Cell;

use super::Outcome;

/// The event whose handler runs on this thread.
#[derive(Clone, Copy)]
struct At {
    /// 0 while none does.
    token: u64,
    said: Said,
}

/// Whether it was completed.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    /// With a status, and nothing more to keep.
    Plain(i32),
    Outcome,
}

thread_local! {
    static AT: Cell<At> = const { Cell::new(At { token: 0, said: Said::Nothing }) };
    static SAID: Cell<Option<Outcome>> = const { Cell::new(None) };
}

/// A handler that runs on this thread.
pub(super) struct Handling {
    before: At,
}

/// What became of a completion.
pub(super) enum Saying {
    Kept,
    /// Something was said of this event before.
    Late,
    /// It is of another event.
    Elsewhere(Outcome),
}

impl Handling {
    pub(super) fn of(token: u64) -> Self {
        let before = AT.replace(At {
            token,
            said: Said::Nothing,
        });
        Self { before }
    }

    /// It has returned: what it said before, if anything.
    pub(super) fn end(self) -> Option<Outcome> {
        let at = AT.replace(self.before);
        match at.said {
            Said::Nothing => None,
            Said::Plain(status) => Some(Outcome::of(status)),
            Said::Outcome => SAID.try_with(Cell::take).ok().flatten(),
        }
    }
}

/// Keeps what is said of the event whose handler runs on this thread.
pub(super) fn keep(token: u64, outcome: Outcome) -> Saying {
    let at = AT.get();
    if at.token != token {
        return Saying::Elsewhere(outcome);
    }
    if at.said != Said::Nothing {
        return Saying::Late;
    }
    if outcome.is_plain() {
        let said = Said::Plain(outcome.status);
        AT.set(At { said, ..at });
        return Saying::Kept;
    }
    let mut outcome = Some(outcome);
    // A thread that ends keeps nothing any more.
    let _ = SAID.try_with(|said| said.set(outcome.take()));
    match outcome {
        Some(outcome) => Saying::Elsewhere(outcome),
        None => {
            let said = Said::Outcome;
            AT.set(At { said, ..at });
            Saying::Kept
        }
    }
}
