//! Chapter 4: groups and competition.

mod failing;
mod kinds;
mod sharing;

pub use failing::*;
pub use kinds::*;
pub use sharing::*;

use trunkline_core::SubscribeOptions;

use crate::Client;
use crate::client::assert_unsupported;
use crate::stage::Stage;

/// Whether the transport claims groups; if it does not, it must refuse one.
pub(crate) async fn claims_groups(stage: &Stage, client: &Client) -> bool {
    if client.capabilities().groups {
        return true;
    }
    let options = SubscribeOptions::group(stage.group("unclaimed"), [stage.on("a.b")]);
    assert_unsupported("a group", client.try_subscribe(options).await);
    false
}
