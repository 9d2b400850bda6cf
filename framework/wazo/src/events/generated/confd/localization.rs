// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `localization_edited`, for a tenant.
    ///
    /// Key `config.localization.edited`, access `events.config.localization.edited`.
    LocalizationEdited: TenantEvent(Tenant) = "localization_edited" by "confd",
    "config.localization.edited", None, [], [];
    [2, 0] {
        /// `tenant_uuid`.
        0 tenant_uuid "tenant_uuid": String,
        /// `country`.
        1 country "country": String,
    }
}
