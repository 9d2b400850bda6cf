//! Measuring contenders in turn, round after round, and comparing within each round.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use serde::Serialize;

/// What one turn of a contender came to.
#[derive(Debug, Default)]
pub struct Turn {
    /// Wall time of what is measured, without what prepares it.
    pub took: Duration,
    /// Processor time of this process meanwhile.
    pub cpu: Duration,
    /// Times from publish to handler, where that is what is measured.
    pub latencies: Vec<Duration>,
}

/// Where a measurement began.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    at: Instant,
    cpu: ProcessTime,
}

impl Begun {
    pub fn now() -> Self {
        Self {
            at: Instant::now(),
            cpu: ProcessTime::now(),
        }
    }

    /// Ends the measurement.
    pub fn end(self) -> Turn {
        Turn {
            took: self.at.elapsed(),
            cpu: self.cpu.elapsed(),
            latencies: Vec::new(),
        }
    }
}

/// Measures what is done in `work`.
pub async fn timed(work: impl Future<Output = ()>) -> Turn {
    let begun = Begun::now();
    work.await;
    begun.end()
}

/// One way of doing a job.
pub struct Contender {
    name: &'static str,
    run: Box<dyn FnMut(u64) -> Turn>,
}

impl Contender {
    /// `run` does the job as often as it is told.
    pub fn new(name: &'static str, run: impl FnMut(u64) -> Turn + 'static) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

/// How one contender did.
#[derive(Debug, Serialize)]
pub struct Row {
    pub name: &'static str,
    /// A second, the median round.
    pub rate: f64,
    /// A second, the best round.
    pub best: f64,
    /// Microseconds of this process's processor time for each, the median round.
    pub cpu: f64,
    /// Rate as a share of the first contender's, the median over rounds.
    pub of_first: f64,
    /// Microseconds, the median over rounds.
    pub p50: Option<f64>,
    /// Microseconds, the median over rounds.
    pub p99: Option<f64>,
}

/// Runs the contenders in turn.
pub fn measure(contenders: &mut [Contender], rounds: usize, count: u64) -> Vec<Row> {
    // Once to warm up.
    contenders
        .iter_mut()
        .for_each(|one| drop((one.run)(count / 10)));
    let mut turns: Vec<Vec<Turn>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        // Each round begins with another contender, so that none always follows the same one.
        for step in 0..contenders.len() {
            let at = (round + step) % contenders.len();
            turns[at].push((contenders[at].run)(count));
        }
    }
    let rate = |turn: &Turn| count as f64 / turn.took.as_secs_f64();
    let row = |(at, contender): (usize, &Contender)| {
        let own = &turns[at];
        let percentile = |share: f64| {
            let each: Vec<_> = own
                .iter()
                .filter_map(|turn| percentile(turn, share))
                .collect();
            (!each.is_empty()).then(|| median(each))
        };
        let pairs = turns[0].iter().zip(own);
        Row {
            name: contender.name,
            rate: median(own.iter().map(rate).collect()),
            best: own.iter().map(rate).fold(0.0, f64::max),
            cpu: median(
                own.iter()
                    .map(|turn| turn.cpu.as_secs_f64() * 1e6 / count as f64)
                    .collect(),
            ),
            of_first: median(pairs.map(|(first, own)| rate(own) / rate(first)).collect()),
            p50: percentile(0.5),
            p99: percentile(0.99),
        }
    };
    contenders.iter().enumerate().map(row).collect()
}

fn percentile(turn: &Turn, share: f64) -> Option<f64> {
    let mut sorted = turn.latencies.clone();
    sorted.sort_unstable();
    let at = ((sorted.len() as f64 * share) as usize).min(sorted.len().checked_sub(1)?);
    Some(sorted[at].as_secs_f64() * 1e6)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}
