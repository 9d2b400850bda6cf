// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `ha_edited`, for services.
    ///
    /// Key `config.ha.edited`, access `events.config.ha.edited`.
    HaEdited: ServiceEvent(Service) = "ha_edited" by "confd",
    "config.ha.edited", None, [], [];
    [0, 0] {
    }
}
