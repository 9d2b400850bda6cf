// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Value;

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `switchboard_created`, for a tenant.
    ///
    /// Key `config.switchboards.{switchboard_uuid}.created`, access `switchboards.{switchboard_uuid}.created`.
    SwitchboardCreated: TenantEvent(Tenant) = "switchboard_created" by "confd",
    "config.switchboards.{switchboard_uuid}.created", Some("switchboards.{switchboard_uuid}.created"), ["switchboard_uuid"], [];
    [10, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `timeout`.
        3 timeout "timeout": i64,
        /// `queue_music_on_hold`.
        4 queue_music_on_hold "queue_music_on_hold": String,
        /// `waiting_room_music_on_hold`.
        5 waiting_room_music_on_hold "waiting_room_music_on_hold": String,
        /// `extensions`.
        6 extensions "extensions": SwitchboardExtensions,
        /// `incalls`.
        7 incalls "incalls": Vec<SwitchboardIncall>,
        /// `user_members`.
        8 user_members "user_members": Vec<SwitchboardUserMember>,
        /// `fallbacks`.
        9 fallbacks "fallbacks": Vec<SwitchboardFallback>,
        /// `switchboard_uuid`. A header, not in the content.
        10 switchboard_uuid "switchboard_uuid": String,
    }
}

event! {
    /// `switchboard_deleted`, for a tenant.
    ///
    /// Key `config.switchboards.{switchboard_uuid}.deleted`, access `switchboards.{switchboard_uuid}.deleted`.
    SwitchboardDeleted: TenantEvent(Tenant) = "switchboard_deleted" by "confd",
    "config.switchboards.{switchboard_uuid}.deleted", Some("switchboards.{switchboard_uuid}.deleted"), ["switchboard_uuid"], [];
    [10, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `timeout`.
        3 timeout "timeout": i64,
        /// `queue_music_on_hold`.
        4 queue_music_on_hold "queue_music_on_hold": String,
        /// `waiting_room_music_on_hold`.
        5 waiting_room_music_on_hold "waiting_room_music_on_hold": String,
        /// `extensions`.
        6 extensions "extensions": SwitchboardExtensions,
        /// `incalls`.
        7 incalls "incalls": Vec<SwitchboardIncall>,
        /// `user_members`.
        8 user_members "user_members": Vec<SwitchboardUserMember>,
        /// `fallbacks`.
        9 fallbacks "fallbacks": Vec<SwitchboardFallback>,
        /// `switchboard_uuid`. A header, not in the content.
        10 switchboard_uuid "switchboard_uuid": String,
    }
}

event! {
    /// `switchboard_edited`, for a tenant.
    ///
    /// Key `config.switchboards.{switchboard_uuid}.edited`, access `switchboards.{switchboard_uuid}.edited`.
    SwitchboardEdited: TenantEvent(Tenant) = "switchboard_edited" by "confd",
    "config.switchboards.{switchboard_uuid}.edited", Some("switchboards.{switchboard_uuid}.edited"), ["switchboard_uuid"], [];
    [10, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `timeout`.
        3 timeout "timeout": i64,
        /// `queue_music_on_hold`.
        4 queue_music_on_hold "queue_music_on_hold": String,
        /// `waiting_room_music_on_hold`.
        5 waiting_room_music_on_hold "waiting_room_music_on_hold": String,
        /// `extensions`.
        6 extensions "extensions": SwitchboardExtensions,
        /// `incalls`.
        7 incalls "incalls": Vec<SwitchboardIncall>,
        /// `user_members`.
        8 user_members "user_members": Vec<SwitchboardUserMember>,
        /// `fallbacks`.
        9 fallbacks "fallbacks": Vec<SwitchboardFallback>,
        /// `switchboard_uuid`. A header, not in the content.
        10 switchboard_uuid "switchboard_uuid": String,
    }
}

event! {
    /// `switchboard_fallback_edited`, for a tenant.
    ///
    /// Key `config.switchboards.fallbacks.edited`, access `switchboards.fallbacks.edited`.
    SwitchboardFallbackEdited: TenantEvent(Tenant) = "switchboard_fallback_edited" by "confd",
    "config.switchboards.fallbacks.edited", Some("switchboards.fallbacks.edited"), ["switchboard_uuid"], [];
    [1, 0] {
        /// `noanswer_destination`.
        0 noanswer_destination "noanswer_destination": Value,
        /// `switchboard_uuid`. A header, not in the content.
        1 switchboard_uuid "switchboard_uuid": String,
    }
}

event! {
    /// `switchboard_member_user_associated`, for several users.
    ///
    /// Key `config.switchboards.{switchboard_uuid}.members.users.updated`, access `switchboards.{switchboard_uuid}.members.users.updated`.
    SwitchboardMemberUserAssociated: MultiUserEvent(MultiUser) = "switchboard_member_user_associated" by "confd",
    "config.switchboards.{switchboard_uuid}.members.users.updated", Some("switchboards.{switchboard_uuid}.members.users.updated"), ["switchboard_uuid"], [];
    [2, 0] {
        /// `switchboard_uuid`.
        0 switchboard_uuid "switchboard_uuid": UuidText,
        /// `users`.
        1 users "users": Vec<SwitchboardUser>,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardExtensions [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `exten`.
        1 exten "exten": String,
        /// `context`.
        2 context "context": String,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardIncall [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `extensions`.
        1 extensions "extensions": Vec<SwitchboardIncallExtension>,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardUserMember [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `firstname`.
        1 firstname "firstname": String,
        /// `lastname`.
        2 lastname "lastname": String,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardFallback [1, 0] {
        /// `noanswer_destination`.
        0 noanswer_destination "noanswer_destination": Value,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardUser [1, 0] {
        /// `uuid`.
        0 uuid "uuid": String,
    }
}

record! {
    /// An object in the content of events.
    SwitchboardIncallExtension [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `exten`.
        1 exten "exten": String,
        /// `context`.
        2 context "context": String,
    }
}
