// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `email_config_updated`, for services.
    ///
    /// Key `config.email.updated`, access `events.config.email.updated`.
    EmailConfigUpdated: ServiceEvent(Service) = "email_config_updated" by "confd",
    "config.email.updated", None, [], [];
    [0, 0] {
    }
}
