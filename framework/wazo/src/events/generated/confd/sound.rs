// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `sound_created`, for a tenant.
    ///
    /// Key `config.sounds.created`, access `events.config.sounds.created`.
    SoundCreated: TenantEvent(Tenant) = "sound_created" by "confd",
    "config.sounds.created", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}

event! {
    /// `sound_deleted`, for a tenant.
    ///
    /// Key `config.sounds.deleted`, access `events.config.sounds.deleted`.
    SoundDeleted: TenantEvent(Tenant) = "sound_deleted" by "confd",
    "config.sounds.deleted", None, [], [];
    [1, 0] {
        /// `name`.
        0 name "name": String,
    }
}
