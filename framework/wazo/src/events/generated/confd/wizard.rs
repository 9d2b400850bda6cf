// Generated from `data/events.json` by `tests/generated`: change those.

use crate::events::record::event;

event! {
    /// `wizard_created`, for services.
    ///
    /// Key `config.wizard.created`, access `events.config.wizard.created`.
    WizardCreated: ServiceEvent(Service) = "wizard_created" by "confd",
    "config.wizard.created", None, [], [];
    [0, 0] {
    }
}
