// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `iax_callnumberlimits_edited`, for services.
    ///
    /// Key `config.iax_callnumberlimits.edited`, access `events.config.iax_callnumberlimits.edited`.
    IaxCallnumberlimitsEdited: ServiceEvent(Service) = "iax_callnumberlimits_edited" by "confd",
    "config.iax_callnumberlimits.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `iax_general_edited`, for services.
    ///
    /// Key `config.iax_general.edited`, access `events.config.iax_general.edited`.
    IaxGeneralEdited: ServiceEvent(Service) = "iax_general_edited" by "confd",
    "config.iax_general.edited", None, [], [];
    [0, 0] {
    }
}
