//! How what was asked of a plugin ended.

use std::time::Duration;

use trunkline_core::HandlerError;
use trunkline_plugin_abi as abi;

/// Longest message kept of what a plugin says.
const MAX_MESSAGE: usize = 2000;

/// How an event, or something else that was asked of a plugin, ended.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) message: String,
}

impl Outcome {
    pub(crate) fn of(status: i32) -> Self {
        Self {
            status,
            retry_after: None,
            message: String::new(),
        }
    }

    /// Copies what a plugin said.
    ///
    /// # Safety
    /// `reply` is null or a reply as the interface says, with its message.
    pub(super) unsafe fn copy(reply: *const abi::Reply) -> Self {
        // SAFETY: the caller's promise.
        let Some(reply) = (unsafe { reply.as_ref() }) else {
            return Self::of(abi::FAILED);
        };
        // SAFETY: the caller's promise.
        let message = unsafe { reply.message.to_text() };
        let wait = Duration::from_millis(reply.retry_after_ms);
        Self {
            status: reply.status,
            retry_after: (!wait.is_zero()).then_some(wait),
            message: cut(message, MAX_MESSAGE).to_owned(),
        }
    }

    /// Whether it is a status and nothing more.
    pub(super) fn is_plain(&self) -> bool {
        self.message.is_empty() && self.retry_after.is_none()
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.status, abi::OK | abi::SKIP)
    }

    /// What the dispatcher is told.
    pub(crate) fn into_result(self) -> Result<(), HandlerError> {
        let or = |text: String, default: &str| {
            if text.is_empty() {
                default.to_owned()
            } else {
                text
            }
        };
        match self.status {
            abi::OK | abi::SKIP => Ok(()),
            abi::REJECT => Err(HandlerError::reject(or(self.message, "rejected"))),
            abi::RETRY => {
                let text = or(self.message, "to be tried again");
                Err(match self.retry_after {
                    Some(wait) => HandlerError::retry_after(wait, text),
                    None => HandlerError::retry(text),
                })
            }
            abi::PANIC => {
                let text = or(self.message, "no message");
                Err(HandlerError::retry(format!("the plugin panicked: {text}")))
            }
            abi::CANCELLED => Err(HandlerError::retry(or(self.message, "cancelled"))),
            status => {
                let text = or(self.message, "the plugin failed");
                Err(HandlerError::retry(format!("{text} (status {status})")))
            }
        }
    }
}

/// The beginning of a text, of at most so many bytes.
pub(super) fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
