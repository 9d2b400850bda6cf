// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `access_feature_created`, for services.
    ///
    /// Key `config.access_feature.created`, access `events.config.access_feature.created`.
    AccessFeatureCreated: ServiceEvent(Service) = "access_feature_created" by "confd",
    "config.access_feature.created", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `host`.
        1 host "host": String,
        /// `feature`.
        2 feature "feature": String,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}

event! {
    /// `access_feature_deleted`, for services.
    ///
    /// Key `config.access_feature.deleted`, access `events.config.access_feature.deleted`.
    AccessFeatureDeleted: ServiceEvent(Service) = "access_feature_deleted" by "confd",
    "config.access_feature.deleted", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `host`.
        1 host "host": String,
        /// `feature`.
        2 feature "feature": String,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}

event! {
    /// `access_feature_edited`, for services.
    ///
    /// Key `config.access_feature.edited`, access `events.config.access_feature.edited`.
    AccessFeatureEdited: ServiceEvent(Service) = "access_feature_edited" by "confd",
    "config.access_feature.edited", None, [], [];
    [4, 0] {
        /// `id`.
        0 id "id": i64,
        /// `host`.
        1 host "host": String,
        /// `feature`.
        2 feature "feature": String,
        /// `enabled`.
        3 enabled "enabled": bool,
    }
}
