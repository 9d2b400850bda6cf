//! Calls, those that have ended among them. A real calld forgets those after some days.

use mini_pbx_common::{Store, StoreError};
use serde::{Deserialize, Serialize};

use crate::ami::Channel;

/// One user's side of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    pub(crate) channel: Channel,
    pub(crate) created_at: String,
    pub(crate) answered_at: Option<String>,
    pub(crate) is_held: bool,
    /// Where it is parked.
    pub(crate) space: Option<String>,
    pub(crate) has_ended: bool,
}

impl Call {
    pub(crate) fn new(channel: Channel) -> Self {
        Self {
            created_at: channel.timestamp.clone(),
            channel,
            answered_at: None,
            is_held: false,
            space: None,
            has_ended: false,
        }
    }

    /// The channel that a conversation is called after is the caller's.
    pub(crate) fn is_caller(&self) -> bool {
        self.channel.call_id == self.channel.conversation
    }
}

/// What is known of a call.
pub(crate) enum Known {
    /// It has not begun, as far as is known here.
    Not,
    Going(Box<Call>),
    /// It has ended: what still comes of it is a copy of what was handled before.
    Ended,
}

/// Calls by the id of their channel.
#[derive(Debug)]
pub(crate) struct Calls(pub(crate) Store<Call>);

impl Calls {
    pub(crate) fn get(&self, id: &str) -> Known {
        match self.0.get(id) {
            None => Known::Not,
            Some(call) if call.has_ended => Known::Ended,
            Some(call) => Known::Going(Box::new(call)),
        }
    }

    pub(crate) async fn put(&self, call: Call) -> Result<(), StoreError> {
        let id = call.channel.call_id.clone();
        self.0.put(&id, call).await
    }

    pub(crate) async fn end(&self, mut call: Call) -> Result<(), StoreError> {
        call.has_ended = true;
        self.put(call).await
    }
}
