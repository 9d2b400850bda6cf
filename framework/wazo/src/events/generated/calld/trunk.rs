// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `trunk_status_updated`, for a tenant.
    ///
    /// Key `trunks.{id}.status.updated`, access `events.trunks.{id}.status.updated`.
    TrunkStatusUpdated: TenantEvent(Tenant) = "trunk_status_updated" by "calld",
    "trunks.{id}.status.updated", None, [], [];
    [5, 0] {
        /// `id`.
        0 id "id": i64,
        /// `technology`.
        1 technology "technology": String,
        /// `name`.
        2 name "name": String,
        /// `registered`.
        3 registered "registered": bool,
        /// `current_call_count`.
        4 current_call_count "current_call_count": i64,
    }
}
