// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `parking_lot_created`, for a tenant.
    ///
    /// Key `config.parkinglots.created`, access `events.config.parkinglots.created`.
    ParkingLotCreated: TenantEvent(Tenant) = "parking_lot_created" by "confd",
    "config.parkinglots.created", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `parking_lot_deleted`, for a tenant.
    ///
    /// Key `config.parkinglots.deleted`, access `events.config.parkinglots.deleted`.
    ParkingLotDeleted: TenantEvent(Tenant) = "parking_lot_deleted" by "confd",
    "config.parkinglots.deleted", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `parking_lot_edited`, for a tenant.
    ///
    /// Key `config.parkinglots.edited`, access `events.config.parkinglots.edited`.
    ParkingLotEdited: TenantEvent(Tenant) = "parking_lot_edited" by "confd",
    "config.parkinglots.edited", None, [], [];
    [1, 0] {
        /// `id`.
        0 id "id": i64,
    }
}

event! {
    /// `parking_lot_extension_associated`, for a tenant.
    ///
    /// Key `config.parkinglots.extensions.updated`, access `events.config.parkinglots.extensions.updated`.
    ParkingLotExtensionAssociated: TenantEvent(Tenant) = "parking_lot_extension_associated" by "confd",
    "config.parkinglots.extensions.updated", None, [], [];
    [2, 0] {
        /// `parking_lot_id`.
        0 parking_lot_id "parking_lot_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}

event! {
    /// `parking_lot_extension_dissociated`, for a tenant.
    ///
    /// Key `config.parkinglots.extensions.deleted`, access `events.config.parkinglots.extensions.deleted`.
    ParkingLotExtensionDissociated: TenantEvent(Tenant) = "parking_lot_extension_dissociated" by "confd",
    "config.parkinglots.extensions.deleted", None, [], [];
    [2, 0] {
        /// `parking_lot_id`.
        0 parking_lot_id "parking_lot_id": i64,
        /// `extension_id`.
        1 extension_id "extension_id": i64,
    }
}
