// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `features_applicationmap_edited`, for services.
    ///
    /// Key `config.features_applicationmap.edited`, access `events.config.features_applicationmap.edited`.
    FeaturesApplicationmapEdited: ServiceEvent(Service) = "features_applicationmap_edited" by "confd",
    "config.features_applicationmap.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `features_featuremap_edited`, for services.
    ///
    /// Key `config.features_featuremap.edited`, access `events.config.features_featuremap.edited`.
    FeaturesFeaturemapEdited: ServiceEvent(Service) = "features_featuremap_edited" by "confd",
    "config.features_featuremap.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `features_general_edited`, for services.
    ///
    /// Key `config.features_general.edited`, access `events.config.features_general.edited`.
    FeaturesGeneralEdited: ServiceEvent(Service) = "features_general_edited" by "confd",
    "config.features_general.edited", None, [], [];
    [0, 0] {
    }
}
