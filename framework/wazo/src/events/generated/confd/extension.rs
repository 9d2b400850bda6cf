// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `extension_created`, for a tenant.
    ///
    /// Key `config.extensions.created`, access `events.config.extensions.created`.
    ExtensionCreated: TenantEvent(Tenant) = "extension_created" by "confd",
    "config.extensions.created", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `exten`.
        1 exten "exten": String,
        /// `context`.
        2 context "context": String,
    }
}

event! {
    /// `extension_deleted`, for a tenant.
    ///
    /// Key `config.extensions.deleted`, access `events.config.extensions.deleted`.
    ExtensionDeleted: TenantEvent(Tenant) = "extension_deleted" by "confd",
    "config.extensions.deleted", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `exten`.
        1 exten "exten": String,
        /// `context`.
        2 context "context": String,
    }
}

event! {
    /// `extension_edited`, for a tenant.
    ///
    /// Key `config.extensions.edited`, access `events.config.extensions.edited`.
    ExtensionEdited: TenantEvent(Tenant) = "extension_edited" by "confd",
    "config.extensions.edited", None, [], [];
    [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `exten`.
        1 exten "exten": String,
        /// `context`.
        2 context "context": String,
    }
}

event! {
    /// `extension_feature_edited`, for services.
    ///
    /// Key `config.extension_feature.edited`, access `events.config.extension_feature.edited`.
    ExtensionFeatureEdited: ServiceEvent(Service) = "extension_feature_edited" by "confd",
    "config.extension_feature.edited", None, [], [];
    [1, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
    }
}
