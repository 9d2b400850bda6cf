// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::named::open_name;

open_name! {
    /// `{ami_event}`, for services.
    ///
    /// Key `ami.{name}`, access `events.ami.{name}`.
    ///
    /// Each key of the AMI event, its value a text.
    AmiEvent(Service) = ("", "") by "amid",
    "ami.{name}", None, None;
    [0, 0] {
    }
}
