//! What confd knows.

use serde::{Deserialize, Serialize};

/// A user's settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub(crate) id: i64,
    pub(crate) do_not_disturb: bool,
    /// Where calls go while the line is busy.
    pub(crate) forward_busy: Option<String>,
}
