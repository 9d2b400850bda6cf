use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trunkline::ServiceEvent;

// What a flattened field adds is unknown when compiling, so any placeholder may be its.
#[derive(Serialize, Deserialize, ServiceEvent)]
#[event(routing_key = "ami.{Channel}.{tenant_uuid}")]
struct ChannelHungUp {
    #[serde(flatten)]
    variables: BTreeMap<String, String>,
}

fn main() {}
