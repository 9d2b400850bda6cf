// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `rtp_general_edited`, for services.
    ///
    /// Key `config.rtp_general.edited`, access `events.config.rtp_general.edited`.
    RtpGeneralEdited: ServiceEvent(Service) = "rtp_general_edited" by "confd",
    "config.rtp_general.edited", None, [], [];
    [0, 0] {
    }
}

event! {
    /// `rtp_ice_host_candidates_edited`, for services.
    ///
    /// Key `config.rtp_ice_host_candidates.edited`, access `events.config.rtp_ice_host_candidates.edited`.
    RtpIceHostCandidatesEdited: ServiceEvent(Service) = "rtp_ice_host_candidates_edited" by "confd",
    "config.rtp_ice_host_candidates.edited", None, [], [];
    [0, 0] {
    }
}
