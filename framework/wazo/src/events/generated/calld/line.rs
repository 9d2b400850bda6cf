// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `line_status_updated`, for a tenant.
    ///
    /// Key `lines.{id}.status.updated`, access `events.lines.{id}.status.updated`.
    LineStatusUpdated: TenantEvent(Tenant) = "line_status_updated" by "calld",
    "lines.{id}.status.updated", None, [], [];
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
