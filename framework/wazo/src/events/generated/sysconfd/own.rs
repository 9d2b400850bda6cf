// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, UuidText};

event! {
    /// `asterisk_reload_progress`, for services.
    ///
    /// Key `sysconfd.asterisk.reload.{uuid}.{status}`, access `events.sysconfd.asterisk.reload.{uuid}.{status}`.
    AsteriskReloadProgress: ServiceEvent(Service) = "asterisk_reload_progress" by "sysconfd",
    "sysconfd.asterisk.reload.{uuid}.{status}", None, [], [];
    [4, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `status`.
        1 status "status": String,
        /// `command`.
        2 command "command": String,
        /// `request_uuids`.
        3 request_uuids "request_uuids": Vec<UuidText>,
    }
}

event! {
    /// `request_handlers_progress`, for services.
    ///
    /// Key `sysconfd.request_handlers.{uuid}.{status}`, access `events.sysconfd.request_handlers.{uuid}.{status}`.
    RequestHandlersProgress: ServiceEvent(Service) = "request_handlers_progress" by "sysconfd",
    "sysconfd.request_handlers.{uuid}.{status}", None, [], [];
    [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `status`.
        1 status "status": String,
        /// `context`.
        2 context "context": Object,
    }
}
