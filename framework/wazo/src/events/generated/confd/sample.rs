// Generated from `data/events.json` by `tests/generated`: change those.

use serde_json::Value;

use crate::events::record::event;

event! {
    /// `do_something`, for a user.
    ///
    /// Key `config.{user_uuid}`, access `events.config.{user_uuid}`.
    ///
    /// The sample of Wazo's own article about user events.
    DoSomething: UserEvent(User) = "do_something" by "confd",
    "config.{user_uuid}", None, [], [];
    [2, 0] {
        /// `value1`.
        0 value1 "value1": Value,
        /// `value2`.
        1 value2 "value2": Value,
    }
}
