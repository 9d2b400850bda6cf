// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `live_reload_edited`, for services.
    ///
    /// Key `config.live_reload.edited`, access `events.config.live_reload.edited`.
    LiveReloadEdited: ServiceEvent(Service) = "live_reload_edited" by "confd",
    "config.live_reload.edited", None, [], [];
    [1, 0] {
        /// `live_reload_enabled`.
        0 live_reload_enabled "live_reload_enabled": bool,
    }
}
