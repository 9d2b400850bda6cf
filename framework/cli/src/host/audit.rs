//! The audit service: takes note of every event.

use std::str::FromStr;
use std::sync::Arc;

use trunkline::{Binding, Bus, Context, HandlerError, HandlerOptions, NamePattern, Service};

use super::Hosted;

pub(super) const NAME: &str = "audit";

/// Failures on purpose, to see what becomes of them: `NAME` always, `NAME=N` so many times.
#[derive(Debug, Clone)]
pub(crate) struct Drill {
    name: NamePattern,
    times: Option<u32>,
}

impl FromStr for Drill {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write an event's name or a pattern of names, and `=N` for the first N attempts";
        let (name, times) = match text.split_once('=') {
            Some((name, times)) => (name, Some(times.parse().map_err(|_| form.to_owned())?)),
            None => (text, None),
        };
        let name = NamePattern::new(name).map_err(|error| format!("{error}; {form}"))?;
        Ok(Self { name, times })
    }
}

impl Drill {
    fn fails(&self, name: &str, attempt: u32) -> bool {
        self.name.matches(name) && self.times.is_none_or(|times| attempt <= times)
    }
}

/// What the service wants.
pub(super) fn bindings() -> Vec<Binding> {
    vec![Binding::everything()]
}

/// The service, which fails as the drills say.
pub(super) fn service(bus: &Bus, drills: &[Drill]) -> Hosted {
    let drills: Arc<[Drill]> = drills.into();
    let audit = move |context: Context| {
        let outcome = note(&context, &drills);
        async { outcome }
    };
    let options = HandlerOptions::new().named("note");
    let everything = Binding::everything();
    Hosted {
        least_prefetch: 1,
        name: NAME,
        bindings: bindings(),
        builder: Service::builder(NAME, bus.clone()).on_binding_with(options, everything, audit),
    }
}

/// What there is to note the narrator tells: here an event is taken, or fails.
fn note(context: &Context, drills: &[Drill]) -> Result<(), HandlerError> {
    let name = context.event_name().unwrap_or_default();
    match drills
        .iter()
        .find(|drill| drill.fails(&name, context.attempt()))
    {
        Some(_) => Err(HandlerError::retry("failed on purpose, as `--fail` asked")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::Drill;

    #[test]
    fn a_drill_fails_always_or_so_many_times() {
        let always: Drill = "call_*".parse().unwrap();
        assert!(always.fails("call_ended", 9) && !always.fails("chat", 1));
        let twice: Drill = "call_ended=2".parse().unwrap();
        assert!(twice.fails("call_ended", 2) && !twice.fails("call_ended", 3));
        for bad in ["", "=1", "call_ended=", "call_ended=x"] {
            assert!(bad.parse::<Drill>().is_err(), "{bad}");
        }
    }
}
