//! `call-logd`: what calls there were. It puts the sides of a call together, tells a log of it once
//! all have ended, and keeps totals, which it tells whoever [asks](Question) on the bus.

mod ask;
mod handlers;
mod logs;

use trunkline::{Binding, Bus, KeyPattern, Lanes, Service, ServiceBuilder};

pub use ask::{ASK, Question, ask};
pub use logs::{Conversation, Logs, Totals};

/// The service, as the program starts it and as the tests do. `logs` is what it remembers, for
/// whoever is in the same process too.
pub fn service(bus: Bus, logs: Logs) -> ServiceBuilder {
    let asked = KeyPattern::new(ASK).map_or_else(|_| Binding::everything(), Binding::from);
    Service::builder("call-logd", bus)
        .state(logs)
        .lanes(Lanes::by_tenant())
        .on(handlers::call_created)
        .on(handlers::call_answered)
        .on(handlers::call_ended)
        .on_binding(asked, ask::answer_totals)
}
