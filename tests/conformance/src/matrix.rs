//! The support matrix.

use std::fmt::Write;

use crate::case::{Report, State};
use crate::list::cases;

/// A table of cases and brokers, in Markdown: what each transport was shown to do.
///
/// A cell is `yes`, `refused` (not claimed, and clearly refused), `–` (not shown on this broker) or
/// `FAILED`.
pub fn matrix(columns: &[(&str, &[Report])]) -> String {
    let mut table = String::from("| case | promise |");
    for (broker, _) in columns {
        let _ = write!(table, " {broker} |");
    }
    table.push_str("\n| --- | --- |");
    table.push_str(&" --- |".repeat(columns.len()));
    for case in cases() {
        let promise = case.name.replace('_', " ");
        let _ = write!(table, "\n| {} | {promise} |", case.id);
        for (_, reports) in columns {
            let report = reports.iter().find(|report| report.case.name == case.name);
            let _ = write!(table, " {} |", cell(report.map(|report| &report.state)));
        }
    }
    table.push('\n');
    table
}

fn cell(state: Option<&State>) -> &'static str {
    match state {
        Some(State::Kept) => "yes",
        Some(State::Refused) => "refused",
        Some(State::Failed(_)) => "**FAILED**",
        Some(State::Unproven(_) | State::NotAlone) | None => "–",
    }
}
