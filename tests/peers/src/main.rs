//! Trunkline measured beside its peers, interleaved in one run.
//!
//! `cargo run --release -- [--json] [--rounds N] [--turn MS] [--only CONTENDER] [--place PLACE]
//! [case…]`; without cases, all of them. `--only` and `--place` take the beginning of a name, for a
//! profiler.

mod allocator;
mod fanout;
mod flood;
mod floor;
mod footprint;
mod load;
mod ours;
mod promised;
mod rounds;
mod theirs;

use std::time::Duration;

use serde::Serialize;
use trunkline_core::Plain;
use trunkline_wazo::Wazo;

use crate::fanout::Readers;
use crate::load::Flavour;
use crate::rounds::{Contender, Effort, Row};

/// One case, as measured.
#[derive(Debug, Serialize)]
struct Measured {
    case: &'static str,
    place: &'static str,
    each: &'static str,
    rows: Vec<Row>,
}

/// All that was measured.
#[derive(Debug, Default, Serialize)]
struct Report {
    timed: Vec<Measured>,
    flood: Vec<flood::Flood>,
    memory: Vec<footprint::Footprint>,
}

struct Options {
    json: bool,
    effort: Effort,
    /// What the names of contenders begin with.
    only: String,
    /// What the places begin with.
    place: String,
    cases: Vec<String>,
}

impl Options {
    fn wants(&self, case: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|one| one == case)
    }
}

const CASES: [&str; 5] = ["raw", "typed", "fanout", "flood", "memory"];

fn options() -> Result<Options, String> {
    let mut options = Options {
        json: false,
        effort: Effort {
            rounds: 11,
            turn: Duration::from_millis(200),
        },
        only: String::new(),
        place: String::new(),
        cases: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            words
                .next()
                .and_then(|n| n.parse::<usize>().ok())
                .ok_or(format!("{word}: a number"))
        };
        match word.as_str() {
            "--json" => options.json = true,
            "--only" => options.only = words.next().ok_or("--only: a contender")?,
            "--place" => options.place = words.next().ok_or("--place: where")?,
            "--rounds" => options.effort.rounds = number()?.max(1),
            "--turn" => options.effort.turn = Duration::from_millis(number()? as u64),
            case if CASES.contains(&case) => options.cases.push(word),
            _ => {
                return Err(format!(
                    "`{word}`: no such case; there are {}",
                    CASES.join(", ")
                ));
            }
        }
    }
    Ok(options)
}

fn main() -> Result<(), String> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [command, name] = words.as_slice()
        && command == "flood-of"
    {
        flood::one(name);
        return Ok(());
    }
    let options = options()?;
    let mut report = Report::default();
    let places = Flavour::ALL.into_iter();
    for flavour in places.filter(|place| place.as_str().starts_with(&options.place)) {
        timed_cases(flavour, &options, &mut report);
    }
    if options.wants("flood") {
        report.flood = flood::all();
    }
    if options.wants("memory") {
        report.memory = footprint::all();
    }
    if options.json {
        println!(
            "{}",
            serde_json::to_string_pretty(&report).expect("figures are JSON")
        );
    } else {
        print_held(&report);
    }
    Ok(())
}

fn timed_cases(flavour: Flavour, options: &Options, report: &mut Report) {
    let mut run = |case, each, units, mut contenders: Vec<Contender>| {
        contenders.retain(|one| one.name.starts_with(&options.only));
        if contenders.is_empty() {
            return;
        }
        let rows = rounds::measure(&mut contenders, units, options.effort);
        let place = flavour.as_str();
        let measured = Measured {
            case,
            place,
            each,
            rows,
        };
        if !options.json {
            print(&measured);
        }
        report.timed.push(measured);
    };
    if options.wants("raw") {
        let contenders = vec![
            floor::raw_contender(flavour),
            promised::raw_contender(flavour),
            ours::raw_contender(flavour),
            theirs::raw_contender("ruststream, no headers", flavour, false),
            theirs::raw_contender("ruststream, 2 headers", flavour, true),
        ];
        run("raw", "event", 1, contenders);
    }
    // What crosses between two cores for each event is the machine's doing, once is enough.
    let apart = flavour == Flavour::Apart;
    if options.wants("typed") && !apart {
        let contenders = vec![
            floor::serde_contender(),
            ours::typed_contender("trunkline, plain", flavour, Plain),
            ours::typed_contender("trunkline, wazo", flavour, Wazo::new()),
            theirs::typed_contender(flavour),
        ];
        run("typed", "event", 1, contenders);
    }
    for (case, readers) in [
        ("fan-out to 1 000, one reader", Readers::One),
        ("fan-out to 1 000 tasks", Readers::Tasks),
    ] {
        if options.wants("fanout") && !apart {
            let contenders = vec![
                fanout::broadcast(flavour, readers),
                fanout::channels(flavour, readers),
                fanout::trunkline(flavour, readers),
            ];
            run(case, "delivery", fanout::READERS, contenders);
        }
    }
}

fn print(measured: &Measured) {
    println!(
        "\n{}, {} (ns each {})",
        measured.case, measured.place, measured.each
    );
    println!(
        "  {:24} {:>8} {:>8} {:>8} {:>10} {:>8}",
        "", "median", "best", "cpu", "rate", "of first"
    );
    for row in &measured.rows {
        println!(
            "  {:24} {:8.0} {:8.0} {:8.0} {:8.2} M {:8.2}",
            row.name,
            row.wall,
            row.best,
            row.cpu,
            1e3 / row.wall,
            row.of_first
        );
    }
}

fn print_held(report: &Report) {
    for flood in &report.flood {
        println!(
            "\nflood, {}: {} accepted, {} told full; {:.0} MiB before, {:.0} MiB after; patient: {}",
            flood.name,
            flood.accepted,
            flood.told_full,
            flood.resident_before_mib,
            flood.resident_after_mib,
            flood.patient
        );
    }
    if !report.memory.is_empty() {
        println!("\nmemory (bytes each)");
    }
    for held in &report.memory {
        println!(
            "  {:48} {:6.0}, at most {:.0}",
            held.what, held.bytes, held.at_most
        );
    }
}
