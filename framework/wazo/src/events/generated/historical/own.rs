// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;
use crate::events::{Object, UuidText};

event! {
    /// `call_form_result`, for services.
    ///
    /// Key `call_form_result`, access `events.call_form_result`.
    #[deprecated(note = "nobody publishes it any more")]
    CallFormResult: ServiceEvent(Service) = "call_form_result" by "",
    "call_form_result", None, [], [];
    [2, 0] {
        /// `user_id`.
        0 user_id "user_id": i64,
        /// `variables`.
        1 variables "variables": Object,
    }
}

event! {
    /// `chat_message_event`, for services.
    ///
    /// Key `chat.message.{wazo_uuid}.{user_uuid}`, access `events.chat.message.{wazo_uuid}.{user_uuid}`.
    ///
    /// Added in 15.20, deprecated in 17.14, removed in 19.05. The key's variables were those of `to`.
    #[deprecated(note = "nobody publishes it any more; see `chatd_user_room_message_created`")]
    ChatMessageEvent: ServiceEvent(Service) = "chat_message_event" by "",
    "chat.message.{wazo_uuid}.{user_uuid}", None, [], [];
    [4, 0] {
        /// `alias`.
        0 alias "alias": String,
        /// `to`.
        1 to "to": Vec<UuidText>,
        /// `from`.
        2 from "from": Vec<UuidText>,
        /// `msg`.
        3 msg "msg": String,
        /// `wazo_uuid`. For the routing key alone.
        4 wazo_uuid "wazo_uuid": String,
        /// `user_uuid`. For the routing key alone.
        5 user_uuid "user_uuid": String,
    }
}

event! {
    /// `chat_message_received`, for services.
    ///
    /// Key `chat.message.{wazo_uuid}.{user_uuid}.received`, access `events.chat.message.{wazo_uuid}.{user_uuid}.received`.
    ///
    /// Added in 17.14, removed in 19.05. The key's variables were those of `to`.
    #[deprecated(note = "nobody publishes it any more; see `chatd_user_room_message_created`")]
    ChatMessageReceived: ServiceEvent(Service) = "chat_message_received" by "",
    "chat.message.{wazo_uuid}.{user_uuid}.received", None, [], [];
    [0, 0] {
        /// `wazo_uuid`. For the routing key alone.
        0 wazo_uuid "wazo_uuid": String,
        /// `user_uuid`. For the routing key alone.
        1 user_uuid "user_uuid": String,
    }
}

event! {
    /// `chat_message_sent`, for services.
    ///
    /// Key `chat.message.{wazo_uuid}.{user_uuid}.sent`, access `events.chat.message.{wazo_uuid}.{user_uuid}.sent`.
    ///
    /// Added in 17.14, removed in 19.05. The key's variables were those of `from`.
    #[deprecated(note = "nobody publishes it any more; see `chatd_user_room_message_created`")]
    ChatMessageSent: ServiceEvent(Service) = "chat_message_sent" by "",
    "chat.message.{wazo_uuid}.{user_uuid}.sent", None, [], [];
    [0, 0] {
        /// `wazo_uuid`. For the routing key alone.
        0 wazo_uuid "wazo_uuid": String,
        /// `user_uuid`. For the routing key alone.
        1 user_uuid "user_uuid": String,
    }
}

event! {
    /// `endpoint_status_update`, for services.
    ///
    /// Key `status.endpoint`, access `events.statuses.endpoints`.
    ///
    /// Removed in 19.05.
    #[deprecated(note = "nobody publishes it any more; see `chatd_presence_updated`")]
    EndpointStatusUpdate: ServiceEvent(Service) = "endpoint_status_update" by "",
    "status.endpoint", Some("events.statuses.endpoints"), [], [];
    [3, 0] {
        /// `xivo_id`.
        0 xivo_id "xivo_id": UuidText,
        /// `endpoint_id`.
        1 endpoint_id "endpoint_id": i64,
        /// `status`.
        2 status "status": i64,
    }
}

event! {
    /// `user_status_update`, for services.
    ///
    /// Key `status.user`, access `events.statuses.users`.
    ///
    /// Of a user's UUID, instead of an id, since 16.08; removed in 19.05.
    #[deprecated(note = "nobody publishes it any more; see `chatd_presence_updated`")]
    UserStatusUpdate: ServiceEvent(Service) = "user_status_update" by "",
    "status.user", Some("events.statuses.users"), [], [];
    [3, 0] {
        /// `xivo_id`.
        0 xivo_id "xivo_id": UuidText,
        /// `user_uuid`.
        1 user_uuid "user_uuid": UuidText,
        /// `status`.
        2 status "status": String,
    }
}
