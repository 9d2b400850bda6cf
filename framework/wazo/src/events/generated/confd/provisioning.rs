// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `provisioning_networking_edited`, for services.
    ///
    /// Key `config.provisioning.networking.edited`, access `events.config.provisioning.networking.edited`.
    ProvisioningNetworkingEdited: ServiceEvent(Service) = "provisioning_networking_edited" by "confd",
    "config.provisioning.networking.edited", None, [], [];
    [0, 0] {
    }
}
