//! Taking turns, round after round, and comparing within each round.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use trunkline_suite::mosquitto::{Mosquitto, Setup};

/// One way of doing a job, on a broker of its own: gives the time that the job alone took.
pub(crate) struct Contender {
    name: &'static str,
    /// Seconds at most this one is worth in a round: it then does a part of the job.
    share: usize,
    run: Box<dyn Fn(Mosquitto, usize) -> LocalBoxFuture<'static, Duration>>,
}

impl Contender {
    pub(crate) fn new<F>(name: &'static str, run: impl Fn(Mosquitto, usize) -> F + 'static) -> Self
    where
        F: Future<Output = Duration> + 'static,
    {
        let run = Box::new(move |broker, count| Box::pin(run(broker, count)) as LocalBoxFuture<_>);
        Self {
            name,
            share: 1,
            run,
        }
    }

    /// Does but one event of so many.
    pub(crate) fn with_share(mut self, share: usize) -> Self {
        self.share = share;
        self
    }
}

/// Events a second: the middle round's, and the middle of each round's share of the first's.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) rate: f64,
    pub(crate) of_first: f64,
}

fn broker() -> Mosquitto {
    Setup::new()
        .forgetful()
        .quiet()
        .with("max_inflight_messages 0")
        .start()
}

pub(crate) async fn measure(contenders: &[Contender], events: usize, rounds: usize) -> Vec<Row> {
    let mut rates: Vec<Vec<f64>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        // Each round begins with another, so that none always follows the same one.
        for step in 0..contenders.len() {
            let at = (round + step) % contenders.len();
            let count = events / contenders[at].share;
            let took = (contenders[at].run)(broker(), count).await;
            rates[at].push(count as f64 / took.as_secs_f64());
        }
    }
    let row = |(at, contender): (usize, &Contender)| {
        let shares = rates[at].iter().zip(&rates[0]);
        Row {
            name: contender.name,
            rate: middle(rates[at].clone()),
            of_first: middle(shares.map(|(own, first)| own / first).collect()),
        }
    };
    contenders.iter().enumerate().map(row).collect()
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
