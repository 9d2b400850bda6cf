//! Knowing again what the broker returned.

use lapin::message::BasicReturnMessage;
use trunkline_core::Envelope;

use super::Target;
use crate::codec::decode;

/// Whether a returned message is this event, or one that is routed exactly as it is: nothing but
/// exchange, key and headers decides where a message goes.
pub(super) fn is_returned(
    returned: &BasicReturnMessage,
    target: &Target,
    envelope: &Envelope,
) -> bool {
    if returned.exchange != target.exchange || returned.routing_key != target.routing_key {
        return false;
    }
    let decoded = decode(
        returned.routing_key.as_str(),
        &returned.properties,
        Vec::new(),
    );
    decoded.envelope.headers() == envelope.headers() && decoded.envelope.id() == envelope.id()
}
