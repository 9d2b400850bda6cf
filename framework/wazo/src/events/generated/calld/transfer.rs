// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::UuidText;
use crate::events::record::event;

event! {
    /// `transfer_abandoned`, for a user.
    ///
    /// Key `calls.transfer.edited`, access `events.transfers.{user_uuid}`.
    TransferAbandoned: UserEvent(User) = "transfer_abandoned" by "calld",
    "calls.transfer.edited", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_answered`, for a user.
    ///
    /// Key `calls.transfer.edited`, access `events.transfers.{user_uuid}`.
    TransferAnswered: UserEvent(User) = "transfer_answered" by "calld",
    "calls.transfer.edited", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_cancelled`, for a user.
    ///
    /// Key `calls.transfer.edited`, access `events.transfers.{user_uuid}`.
    TransferCancelled: UserEvent(User) = "transfer_cancelled" by "calld",
    "calls.transfer.edited", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_completed`, for a user.
    ///
    /// Key `calls.transfer.edited`, access `events.transfers.{user_uuid}`.
    TransferCompleted: UserEvent(User) = "transfer_completed" by "calld",
    "calls.transfer.edited", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_created`, for a user.
    ///
    /// Key `calls.transfer.created`, access `events.transfers.{user_uuid}`.
    TransferCreated: UserEvent(User) = "transfer_created" by "calld",
    "calls.transfer.created", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_ended`, for a user.
    ///
    /// Key `calls.transfer.deleted`, access `events.transfers.{user_uuid}`.
    TransferEnded: UserEvent(User) = "transfer_ended" by "calld",
    "calls.transfer.deleted", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}

event! {
    /// `transfer_updated`, for a user.
    ///
    /// Key `calls.transfer.created`, access `events.transfers.{user_uuid}`.
    TransferUpdated: UserEvent(User) = "transfer_updated" by "calld",
    "calls.transfer.created", Some("events.transfers.{user_uuid}"), [], [];
    [8, 0] {
        /// `id`.
        0 id "id": String,
        /// `initiator_uuid`.
        1 initiator_uuid "initiator_uuid": UuidText,
        /// `initiator_tenant_uuid`.
        2 initiator_tenant_uuid "initiator_tenant_uuid": UuidText,
        /// `transferred_call`.
        3 transferred_call "transferred_call": String,
        /// `initiator_call`.
        4 initiator_call "initiator_call": String,
        /// `recipient_call`.
        5 recipient_call "recipient_call": String,
        /// `status`.
        6 status "status": String,
        /// `flow`.
        7 flow "flow": String,
    }
}
