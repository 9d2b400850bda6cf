// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::{event, record};

event! {
    /// `user_line_associated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.lines.{line[id]}.updated`, access `events.config.users.{user_uuid}.lines.{line[id]}.updated`.
    UserLineAssociated: UserEvent(User) = "user_line_associated" by "confd",
    "config.users.{user_uuid}.lines.{line[id]}.updated", None, [], [];
    [4, 0] {
        /// `line`.
        0 line "line": UserLineLine,
        /// `main_line`.
        1 main_line "main_line": bool,
        /// `main_user`.
        2 main_user "main_user": bool,
        /// `user`.
        3 user "user": UserLineUser,
    }
}

event! {
    /// `user_line_dissociated`, for a user.
    ///
    /// Key `config.users.{user_uuid}.lines.{line[id]}.deleted`, access `events.config.users.{user_uuid}.lines.{line[id]}.deleted`.
    UserLineDissociated: UserEvent(User) = "user_line_dissociated" by "confd",
    "config.users.{user_uuid}.lines.{line[id]}.deleted", None, [], [];
    [4, 0] {
        /// `line`.
        0 line "line": UserLineLine,
        /// `main_line`.
        1 main_line "main_line": bool,
        /// `main_user`.
        2 main_user "main_user": bool,
        /// `user`.
        3 user "user": UserLineUser,
    }
}

record! {
    /// An object in the content of events.
    UserLineLine [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `name`.
        1 name "name": String,
        /// `endpoint_sip`.
        2 endpoint_sip "endpoint_sip": UserLineLineEndpointSip,
        /// `endpoint_sccp`.
        3 endpoint_sccp "endpoint_sccp": UserLineLineEndpointSccp,
        /// `endpoint_custom`.
        4 endpoint_custom "endpoint_custom": UserLineLineEndpointCustom,
    }
}

record! {
    /// An object in the content of events.
    UserLineUser [3, 0] {
        /// `id`.
        0 id "id": i64,
        /// `uuid`.
        1 uuid "uuid": UuidText,
        /// `tenant_uuid`.
        2 tenant_uuid "tenant_uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    UserLineLineEndpointSip [1, 0] {
        /// `uuid`.
        0 uuid "uuid": UuidText,
    }
}

record! {
    /// An object in the content of events.
    UserLineLineEndpointSccp [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

record! {
    /// An object in the content of events.
    UserLineLineEndpointCustom [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}
