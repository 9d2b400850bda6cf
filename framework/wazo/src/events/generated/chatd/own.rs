// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::{event, record};
use crate::events::{Object, UuidText};

event! {
    /// `chatd_message_delivery_status`, for a user.
    ///
    /// Key `chatd.rooms.{room_uuid}.messages.{message_uuid}.delivery`, access `events.chat.message.{message_uuid}.{user_uuid}.delivery`.
    ChatdMessageDeliveryStatus: UserEvent(User) = "chatd_message_delivery_status" by "chatd",
    "chatd.rooms.{room_uuid}.messages.{message_uuid}.delivery", Some("events.chat.message.{message_uuid}.{user_uuid}.delivery"), ["message_uuid", "room_uuid"], [];
    [5, 0] {
        /// `message_uuid`.
        0 message_uuid "message_uuid": UuidText,
        /// `recipient_identity`.
        1 recipient_identity "recipient_identity": String,
        /// `status`.
        2 status "status": String,
        /// `timestamp`.
        3 timestamp "timestamp": String,
        /// `backend`.
        4 backend "backend": String,
        /// `room_uuid`. A header, not in the content.
        5 room_uuid "room_uuid": String,
    }
}

event! {
    /// `chatd_presence_updated`, for a tenant.
    ///
    /// Key `chatd.users.{uuid}.presences.updated`, access `events.chatd.users.{uuid}.presences.updated`.
    ChatdPresenceUpdated: TenantEvent(Tenant) = "chatd_presence_updated" by "chatd",
    "chatd.users.{uuid}.presences.updated", None, [], [];
    [10, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `state`.
        2 state "state": String,
        /// `status`.
        3 status "status": String,
        /// `last_activity`.
        4 last_activity "last_activity": String,
        /// `line_state`.
        5 line_state "line_state": String,
        /// `mobile`.
        6 mobile "mobile": bool,
        /// `do_not_disturb`.
        7 do_not_disturb "do_not_disturb": bool,
        /// `connected`.
        8 connected "connected": bool,
        /// `lines`.
        9 lines "lines": Vec<ChatdLine>,
    }
}

event! {
    /// `chatd_user_identity_created`, for a user.
    ///
    /// Key `chatd.users.{user_uuid}.identities.created`, access `events.chatd.users.{user_uuid}.identities.created`.
    ChatdUserIdentityCreated: UserEvent(User) = "chatd_user_identity_created" by "chatd",
    "chatd.users.{user_uuid}.identities.created", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `backend`.
        1 backend "backend": String,
        /// `type`.
        2 r#type "type": String,
        /// `identity`.
        3 identity "identity": String,
        /// `extra`.
        4 extra "extra": Object,
    }
}

event! {
    /// `chatd_user_identity_deleted`, for a user.
    ///
    /// Key `chatd.users.{user_uuid}.identities.deleted`, access `events.chatd.users.{user_uuid}.identities.deleted`.
    ChatdUserIdentityDeleted: UserEvent(User) = "chatd_user_identity_deleted" by "chatd",
    "chatd.users.{user_uuid}.identities.deleted", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `backend`.
        1 backend "backend": String,
        /// `type`.
        2 r#type "type": String,
        /// `identity`.
        3 identity "identity": String,
        /// `extra`.
        4 extra "extra": Object,
    }
}

event! {
    /// `chatd_user_identity_updated`, for a user.
    ///
    /// Key `chatd.users.{user_uuid}.identities.updated`, access `events.chatd.users.{user_uuid}.identities.updated`.
    ChatdUserIdentityUpdated: UserEvent(User) = "chatd_user_identity_updated" by "chatd",
    "chatd.users.{user_uuid}.identities.updated", None, [], [];
    [5, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `backend`.
        1 backend "backend": String,
        /// `type`.
        2 r#type "type": String,
        /// `identity`.
        3 identity "identity": String,
        /// `extra`.
        4 extra "extra": Object,
    }
}

event! {
    /// `chatd_user_room_created`, for a user.
    ///
    /// Key `chatd.users.{user_uuid}.rooms.created`, access `events.chatd.users.{user_uuid}.rooms.created`.
    ChatdUserRoomCreated: UserEvent(User) = "chatd_user_room_created" by "chatd",
    "chatd.users.{user_uuid}.rooms.created", None, [], [];
    [4, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `users`.
        3 users "users": Vec<ChatdUser>,
    }
}

event! {
    /// `chatd_user_room_message_created`, for a user.
    ///
    /// Key `chatd.users.{user_uuid}.rooms.{room_uuid}.messages.created`, access `events.chatd.users.{user_uuid}.rooms.{room_uuid}.messages.created`.
    ChatdUserRoomMessageCreated: UserEvent(User) = "chatd_user_room_message_created" by "chatd",
    "chatd.users.{user_uuid}.rooms.{room_uuid}.messages.created", None, ["room_uuid"], [];
    [9, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `content`.
        1 content "content": String,
        /// `alias`.
        2 alias "alias": String,
        /// `delivery`.
        3 delivery "delivery": ChatdDelivery,
        /// `user_uuid`.
        4 user_uuid "user_uuid": UuidText,
        /// `tenant_uuid`.
        5 tenant_uuid "tenant_uuid": UuidText,
        /// `wazo_uuid`.
        6 wazo_uuid "wazo_uuid": UuidText,
        /// `created_at`.
        7 created_at "created_at": String,
        /// `room`.
        8 room "room": ChatdRoom,
        /// `room_uuid`. A header, not in the content.
        9 room_uuid "room_uuid": String,
    }
}

record! {
    /// An object in the content of events.
    ChatdLine [2, 0] {
        /// `id`.
        0 id "id": i64,
        /// `state`.
        1 state "state": String,
    }
}

record! {
    /// An object in the content of events.
    ChatdUser [3, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `wazo_uuid`.
        2 wazo_uuid "wazo_uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    ChatdDelivery [3, 0] {
        /// `type`.
        0 r#type "type": String,
        /// `backend`.
        1 backend "backend": String,
        /// `recipients`.
        2 recipients "recipients": Vec<ChatdDeliveryRecipient>,
    }
}

record! {
    /// An object in the content of events.
    ChatdRoom [4, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        1 tenant_uuid "tenant_uuid": UuidText,
        /// `name`.
        2 name "name": String,
        /// `users`.
        3 users "users": Vec<ChatdUser>,
    }
}

record! {
    /// An object in the content of events.
    ChatdDeliveryRecipient [3, 0] {
        /// `identity`.
        0 identity "identity": String,
        /// `status`.
        1 status "status": String,
        /// `updated_at`.
        2 updated_at "updated_at": String,
    }
}
