// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `sccp_general_edited`, for services.
    ///
    /// Key `config.sccp_general.edited`, access `events.config.sccp_general.edited`.
    SccpGeneralEdited: ServiceEvent(Service) = "sccp_general_edited" by "confd",
    "config.sccp_general.edited", None, [], [];
    [0, 0] {
    }
}
