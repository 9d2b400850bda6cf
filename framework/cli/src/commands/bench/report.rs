//! What came of a measurement, as a table or as JSON.

use std::time::Duration;

use serde::Serialize;

use super::Bench;
use super::stages::{Measured, STAGES};
use crate::output::{Columns, Output, OutputError};
use crate::settings::{Settings, masked_url};

#[derive(Serialize)]
struct Line<'a> {
    stage: &'static str,
    median_ns: f64,
    lowest_ns: f64,
    highest_ns: f64,
    per_second: f64,
    ratio_to_floor: f64,
    transport: &'a str,
    size: usize,
    count: usize,
    handlers: usize,
    publishers: usize,
    workers: usize,
    typed: bool,
    rounds: usize,
}

/// Writes a line for each stage.
pub(super) fn write(
    output: &Output,
    plan: &Bench,
    settings: &Settings,
    measured: &Measured,
) -> Result<(), OutputError> {
    let mut columns = Columns::new([
        "stage", "ns/event", "lowest", "highest", "events/s", "× floor",
    ]);
    let floor = median(&measured.stages[0], plan.count);
    for (stage, times) in STAGES.into_iter().zip(&measured.stages) {
        let each = |time: &Duration| per_event(*time, plan.count);
        let median_ns = median(times, plan.count);
        let line = Line {
            stage,
            median_ns,
            lowest_ns: times.iter().map(each).fold(f64::INFINITY, f64::min),
            highest_ns: times.iter().map(each).fold(0.0, f64::max),
            per_second: 1e9 / median_ns,
            ratio_to_floor: median_ns / floor,
            transport: &masked_url(&settings.transport),
            size: plan.size,
            count: plan.count,
            handlers: plan.handlers,
            publishers: plan.publishers,
            workers: plan.workers,
            typed: plan.typed,
            rounds: plan.rounds,
        };
        output.json(&line)?;
        columns.row([
            stage.to_owned(),
            format!("{:.0}", line.median_ns),
            format!("{:.0}", line.lowest_ns),
            format!("{:.0}", line.highest_ns),
            format!("{:.0}", line.per_second),
            format!("{:.2}", line.ratio_to_floor),
        ]);
    }
    output.text(format!(
        "{} events of {} bytes, {} handlers{}, {} publishers, {} workers, {} rounds, on {}",
        plan.count,
        plan.size,
        plan.handlers,
        if plan.typed { " (typed)" } else { "" },
        plan.publishers,
        plan.workers,
        plan.rounds,
        masked_url(&settings.transport),
    ))?;
    columns.write(output)
}

fn median(times: &[Duration], count: usize) -> f64 {
    let mut times: Vec<_> = times.to_vec();
    times.sort_unstable();
    let middle = times.len() / 2;
    match (times.len() % 2, times.as_slice()) {
        (_, []) => f64::NAN,
        (1, times) => per_event(times[middle], count),
        (_, times) => (per_event(times[middle - 1], count) + per_event(times[middle], count)) / 2.0,
    }
}

/// Nanoseconds for each event; one at least, so that ratios stay numbers.
fn per_event(time: Duration, count: usize) -> f64 {
    (time.as_nanos().max(1) as f64) / (count.max(1) as f64)
}
