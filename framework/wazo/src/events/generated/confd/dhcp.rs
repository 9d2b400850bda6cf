// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `dhcp_edited`, for services.
    ///
    /// Key `config.dhcp.edited`, access `events.config.dhcp.edited`.
    DhcpEdited: ServiceEvent(Service) = "dhcp_edited" by "confd",
    "config.dhcp.edited", None, [], [];
    [0, 0] {
    }
}
