//! Calls that are going on. A real calld asks Asterisk again when it starts.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::ami::Channel;

/// One user's side of a call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) channel: Channel,
    pub(crate) created_at: String,
    pub(crate) answered_at: Option<String>,
    pub(crate) is_held: bool,
    /// Where it is parked.
    pub(crate) space: Option<String>,
}

impl Call {
    pub(crate) fn new(channel: Channel) -> Self {
        Self {
            created_at: channel.timestamp.clone(),
            channel,
            answered_at: None,
            is_held: false,
            space: None,
        }
    }

    /// The channel that a conversation is called after is the caller's.
    pub(crate) fn is_caller(&self) -> bool {
        self.channel.call_id == self.channel.conversation
    }
}

/// The calls that are going on, by the id of their channel.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<HashMap<String, Call>>);

impl Calls {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Call>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: &str) -> Option<Call> {
        self.all().get(id).cloned()
    }

    pub(crate) fn put(&self, call: Call) {
        self.all().insert(call.channel.call_id.clone(), call);
    }

    pub(crate) fn end(&self, id: &str) {
        self.all().remove(id);
    }
}
