// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `recordings_announcements_edited`, for a tenant.
    ///
    /// Key `config.recordings.announcements.edited`, access `events.config.recordings.announcements.edited`.
    RecordingsAnnouncementsEdited: TenantEvent(Tenant) = "recordings_announcements_edited" by "confd",
    "config.recordings.announcements.edited", None, [], [];
    [2, 0] {
        /// `recording_start`.
        0 recording_start "recording_start": String,
        /// `recording_stop`.
        1 recording_stop "recording_stop": String,
    }
}
