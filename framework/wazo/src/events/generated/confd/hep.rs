// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `hep_general_edited`, for services.
    ///
    /// Key `config.hep_general.edited`, access `events.config.hep_general.edited`.
    HepGeneralEdited: ServiceEvent(Service) = "hep_general_edited" by "confd",
    "config.hep_general.edited", None, [], [];
    [0, 0] {
    }
}
