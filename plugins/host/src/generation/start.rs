//! A generation's start: its code is opened and its tables are exchanged.

use std::time::Duration;

use trunkline_plugin_abi as abi;

use super::{Generation, Shared};
use crate::native::Code;
use crate::refusal::Refusal;
use crate::sync::lock;

impl Generation {
    /// Loads the code and runs its entry function, on the generation's own thread.
    pub(crate) async fn start(
        &'static self,
        code: Code,
        patience: Duration,
    ) -> Result<(), Refusal> {
        let started = self.control.ask(move || self.enter(code));
        match tokio::time::timeout(patience, started).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(Refusal::Init {
                message: "its thread ended".into(),
            }),
            Err(_) => Err(Refusal::InitHung { waited: patience }),
        }
    }

    fn enter(&'static self, code: Code) -> Result<(), Refusal> {
        let entry = code.open()?;
        let mut table = abi::Plugin::EMPTY;
        // The plugin says how much of it there is; what it does not say is not there.
        table.size = 0;
        let api = self.api.get().expect("made with the generation");
        // SAFETY: the entry function of a plugin of this major version; both tables are as the
        // interface says, ours lives for ever, and this is the one call (rule 5).
        let status = unsafe { entry(&api.0, &mut table) };
        let message = std::mem::take(&mut *lock(&self.last_words));
        if status == abi::PANIC {
            return Err(Refusal::InitPanicked { message });
        }
        if status != abi::OK {
            let message = match message {
                none if none.is_empty() => format!("status {status}"),
                message => message,
            };
            return Err(Refusal::Init { message });
        }
        let table = cut_to_size(table);
        if table.handle.is_none() {
            return Err(Refusal::Table("handle"));
        }
        if table.destroy.is_none() {
            return Err(Refusal::Table("destroy"));
        }
        if self.table.set(Shared(table)).is_err() {
            unreachable!("a generation starts once");
        }
        Ok(())
    }
}

/// Forgets the functions that a plugin of an older minor version does not know of.
fn cut_to_size(given: abi::Plugin) -> abi::Plugin {
    let covers = |end: usize| given.size as usize >= end;
    macro_rules! keep {
        ($($field:ident),*) => {
            abi::Plugin {
                size: given.size,
                flags: given.flags,
                state: given.state,
                $($field: if covers(std::mem::offset_of!(abi::Plugin, $field) + size_of::<usize>()) {
                    given.$field
                } else {
                    None
                },)*
            }
        };
    }
    keep!(handle, cancel, published, shutdown, destroy)
}
