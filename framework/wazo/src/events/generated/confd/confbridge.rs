// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `confbridge_wazo_default_bridge_edited`, for services.
    ///
    /// Key `config.confbridge_wazo_default_bridge.edited`, access `events.config.confbridge_wazo_default_bridge.edited`.
    ConfbridgeWazoDefaultBridgeEdited: ServiceEvent(Service) = "confbridge_wazo_default_bridge_edited" by "confd",
    "config.confbridge_wazo_default_bridge.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `confbridge_wazo_default_user_edited`, for services.
    ///
    /// Key `config.confbridge_wazo_default_user.edited`, access `events.config.confbridge_wazo_default_user.edited`.
    ConfbridgeWazoDefaultUserEdited: ServiceEvent(Service) = "confbridge_wazo_default_user_edited" by "confd",
    "config.confbridge_wazo_default_user.edited", None, [], [];
    [0, 0] {
    }
}
