//! The events that are measured with.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use trunkline::{
    Bus, DynamicEvent, Envelope, Event, EventDefinition, EventView, Level, PublishExtras, Template,
    TemplatePart,
};

use super::Bench;
use crate::failure::{Failure, chain};

/// The event of `--typed`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Sample {
    pub(super) number: u64,
    pub(super) filler: String,
}

impl Event for Sample {
    const NAME: &'static str = "bench_sample_0";

    fn definition() -> &'static EventDefinition {
        static KEY: [TemplatePart; 1] = [TemplatePart::Text(Cow::Borrowed("bench.sample.0"))];
        static DEFINITION: EventDefinition = EventDefinition::from_static(
            Sample::NAME,
            "bench",
            Level::Service,
            Template::from_static("bench.sample.0", &KEY),
            None,
            [&[], &[]],
        );
        &DEFINITION
    }

    fn field(&self, name: &str) -> Option<serde_json::Result<serde_json::Value>> {
        match name {
            "number" => Some(serde_json::to_value(self.number)),
            "filler" => Some(serde_json::to_value(&self.filler)),
            _ => None,
        }
    }
}

/// The name of the events that a handler is for.
pub(super) fn name(handler: usize) -> String {
    format!("bench_sample_{handler}")
}

/// One envelope for each name that is published.
pub(super) fn envelopes(bus: &Bus, plan: &Bench) -> Result<Vec<Envelope>, Failure> {
    let names = if plan.typed { 1 } else { plan.handlers };
    (0..names).map(|at| envelope(bus, plan, at)).collect()
}

fn envelope(bus: &Bus, plan: &Bench, at: usize) -> Result<Envelope, Failure> {
    let bare = r#"{"number":0,"filler":""}"#.len();
    let sample = Sample {
        number: 0,
        filler: "x".repeat(plan.size.saturating_sub(bare)),
    };
    let refused = |error: &dyn std::error::Error| Failure::running(chain(error));
    let event = DynamicEvent::service(name(at), format!("bench.sample.{at}"))
        .map_err(|error| refused(&error))?
        .with_content(&sample)
        .map_err(|error| refused(&error))?;
    let extras = PublishExtras::default();
    bus.dialect()
        .encode(&EventView::new(&event, &extras))
        .map_err(|error| refused(&error))
}
