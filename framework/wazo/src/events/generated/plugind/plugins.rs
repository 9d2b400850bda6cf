// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::{event, record};
use crate::events::{Object, UuidText};

event! {
    /// `plugin_install_progress`, for services.
    ///
    /// Key `plugin.install.{uuid}.{status}`, access `events.plugin.install.{uuid}.{status}`.
    PluginInstallProgress: ServiceEvent(Service) = "plugin_install_progress" by "plugind",
    "plugin.install.{uuid}.{status}", None, [], [];
    [3, 4] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `status`.
        1 status "status": String,
        /// `errors`.
        2 errors "errors": PlugindErrors,
    }
}

event! {
    /// `plugin_uninstall_progress`, for services.
    ///
    /// Key `plugin.uninstall.{uuid}.{status}`, access `events.plugin.uninstall.{uuid}.{status}`.
    PluginUninstallProgress: ServiceEvent(Service) = "plugin_uninstall_progress" by "plugind",
    "plugin.uninstall.{uuid}.{status}", None, [], [];
    [3, 4] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `status`.
        1 status "status": String,
        /// `errors`.
        2 errors "errors": PlugindErrors,
    }
}

record! {
    /// An object in the content of events.
    PlugindErrors [4, 0] {
        /// `error_id`.
        0 error_id "error_id": String,
        /// `message`.
        1 message "message": String,
        /// `resource`. One of `plugins`.
        2 resource "resource": String,
        /// `details`.
        3 details "details": Object,
    }
}
