// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `sip_general_edited`, for services.
    ///
    /// Key `config.sip_general.edited`, access `events.config.sip_general.edited`.
    SipGeneralEdited: ServiceEvent(Service) = "sip_general_edited" by "confd",
    "config.sip_general.edited", None, [], [];
    [0, 0] {
    }
}
