//! Messages as Wazo's services write them.

use trunkline::Properties;
use trunkline::wazo::Description;

use super::{Fault, Wire};

pub(super) fn wire(event: &Description) -> Result<Wire, Fault> {
    let line = event.encode()?;
    Ok(Wire {
        headers: line.headers,
        payload: line.payload,
        routing_key: line.routing_key,
        event_routing_key: line.event_routing_key,
        content_type: None,
    })
}

/// What Wazo's services set, beside an id and the time.
pub(super) fn properties() -> Properties {
    let mut properties = Properties::fresh();
    properties.set_content_type(Some("application/json"));
    properties.set_content_encoding(Some("utf-8"));
    properties.set_priority(Some(0));
    properties
}
