//! What Asterisk's manager interface says, as far as calld reads it.

use serde::{Deserialize, Serialize};
use trunkline::Context;

/// A channel: one side of a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Channel {
    #[serde(rename = "Uniqueid")]
    pub(crate) call_id: String,
    /// The same for all channels of one call.
    #[serde(rename = "Linkedid")]
    pub(crate) conversation: String,
    #[serde(rename = "CallerIDNum")]
    pub(crate) number: String,
    #[serde(rename = "CallerIDName")]
    pub(crate) name: String,
    pub(crate) connected_line_num: String,
    pub(crate) connected_line_name: String,
    pub(crate) exten: String,
    pub(crate) channel_state_desc: String,
    pub(crate) timestamp: String,
    #[serde(rename = "ChanVariable")]
    pub(crate) of: Owner,
    /// Where a parked call waits.
    pub(crate) parking_space: Option<String>,
    /// What a `UserEvent` of the dial plan is about.
    pub(crate) feature: Option<String>,
}

/// Whose channel it is: variables that wazo-amid is told to pass on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Owner {
    #[serde(rename = "WAZO_TENANT_UUID")]
    pub(crate) tenant: String,
    #[serde(rename = "WAZO_USERUUID")]
    pub(crate) user: String,
}

/// The lane: all channels of one call.
pub(crate) fn call_of(context: &Context) -> Option<String> {
    #[derive(Deserialize)]
    struct Linked {
        #[serde(rename = "Linkedid")]
        id: String,
    }
    let data = context.bus().dialect().data(context.envelope()).ok()?;
    serde_json::from_str::<Linked>(&data)
        .ok()
        .map(|linked| linked.id)
}
