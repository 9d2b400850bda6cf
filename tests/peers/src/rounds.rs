//! Measuring several contenders in turn, round after round, and comparing within each round.

use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use serde::Serialize;

/// One way of doing a job.
pub struct Contender {
    pub name: &'static str,
    run: Box<dyn FnMut(u64)>,
}

impl Contender {
    /// `run` does the job as often as it is told.
    pub fn new(name: &'static str, run: impl FnMut(u64) + 'static) -> Self {
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
    /// Nanoseconds of wall time for each, the median round.
    pub wall: f64,
    /// The best round.
    pub best: f64,
    /// Nanoseconds of processor time for each, over all threads, the median round.
    pub cpu: f64,
    /// Rate as a share of the first contender's, the median over rounds.
    pub of_first: f64,
}

/// How often and how long.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// Roughly how long one contender's turn takes.
    pub turn: Duration,
}

/// Runs the contenders in turn, `units` of work being what one call of theirs is counted as.
pub fn measure(contenders: &mut [Contender], units: u64, effort: Effort) -> Vec<Row> {
    let counts: Vec<u64> = contenders
        .iter_mut()
        .map(|one| calibrate(one, effort.turn))
        .collect();
    let mut walls = vec![Vec::new(); contenders.len()];
    let mut cpus = walls.clone();
    for round in 0..effort.rounds {
        // Each round begins with another contender, so that none always follows the same one.
        for step in 0..contenders.len() {
            let at = (round + step) % contenders.len();
            let (cpu, wall) = (ProcessTime::now(), Instant::now());
            (contenders[at].run)(counts[at]);
            let each = 1.0 / (counts[at] * units) as f64;
            walls[at].push(wall.elapsed().as_nanos() as f64 * each);
            cpus[at].push(cpu.elapsed().as_nanos() as f64 * each);
        }
    }
    let row = |(at, contender): (usize, &Contender)| Row {
        name: contender.name,
        wall: median(walls[at].clone()),
        best: walls[at].iter().copied().fold(f64::INFINITY, f64::min),
        cpu: median(cpus[at].clone()),
        of_first: median(
            walls[0]
                .iter()
                .zip(&walls[at])
                .map(|(first, own)| first / own)
                .collect(),
        ),
    };
    contenders.iter().enumerate().map(row).collect()
}

/// How many of its jobs fill a turn; warms the contender up on the way.
fn calibrate(contender: &mut Contender, turn: Duration) -> u64 {
    let mut count = 1;
    loop {
        let begun = Instant::now();
        (contender.run)(count);
        let took = begun.elapsed();
        if took * 4 >= turn {
            return ((count as f64) * turn.as_secs_f64() / took.as_secs_f64()).max(1.0) as u64;
        }
        count *= 2;
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}
