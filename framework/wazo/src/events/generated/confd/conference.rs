// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `conference_created`, for a tenant.
    ///
    /// Key `config.conferences.created`, access `events.config.conferences.created`.
    ConferenceCreated: TenantEvent(Tenant) = "conference_created" by "confd",
    "config.conferences.created", None, ["conference_id"], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
        /// `conference_id`. A header, not in the content.
        1 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_deleted`, for a tenant.
    ///
    /// Key `config.conferences.deleted`, access `events.config.conferences.deleted`.
    ConferenceDeleted: TenantEvent(Tenant) = "conference_deleted" by "confd",
    "config.conferences.deleted", None, ["conference_id"], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
        /// `conference_id`. A header, not in the content.
        1 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_edited`, for a tenant.
    ///
    /// Key `config.conferences.edited`, access `events.config.conferences.edited`.
    ConferenceEdited: TenantEvent(Tenant) = "conference_edited" by "confd",
    "config.conferences.edited", None, ["conference_id"], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
        /// `conference_id`. A header, not in the content.
        1 conference_id "conference_id": i64,
    }
}

event! {
    /// `conference_extension_associated`, for a tenant.
    ///
    /// Key `config.conferences.extensions.updated`, access `events.config.conferences.extensions.updated`.
    ConferenceExtensionAssociated: TenantEvent(Tenant) = "conference_extension_associated" by "confd",
    "config.conferences.extensions.updated", None, [], [];
    [2, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `conference_extension_dissociated`, for a tenant.
    ///
    /// Key `config.conferences.extensions.deleted`, access `events.config.conferences.extensions.deleted`.
    ConferenceExtensionDissociated: TenantEvent(Tenant) = "conference_extension_dissociated" by "confd",
    "config.conferences.extensions.deleted", None, [], [];
    [2, 0] {
        /// `conference_id`.
        0 conference_id "conference_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}
