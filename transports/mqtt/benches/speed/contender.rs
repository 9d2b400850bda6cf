//! Taking turns, round after round, and comparing within each round.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use trunkline_suite::mosquitto::{Mosquitto, Setup};

/// One way of doing a job, on a broker of its own: gives the time that the job alone took.
pub(crate) struct Contender {
    name: &'static str,
    /// It does one event of so many: a slow one would take all the time of a round.
    share: usize,
    run: Box<dyn Fn(Arc<Mosquitto>, usize) -> LocalBoxFuture<'static, Duration>>,
}

impl Contender {
    pub(crate) fn new<F>(
        name: &'static str,
        run: impl Fn(Arc<Mosquitto>, usize) -> F + 'static,
    ) -> Self
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

/// The middle round's figures.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// Events a second.
    pub(crate) rate: f64,
    /// The middle of each round's share of the first contender's rate.
    pub(crate) of_first: f64,
    /// Microseconds of processor time for each event, with what prepares it: of this process, and of
    /// the broker's. A machine that does other things, too, changes these little.
    pub(crate) own_cpu: f64,
    pub(crate) broker_cpu: f64,
}

/// Processor time of a process until now, in microseconds.
fn cpu(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // Behind the name, which may have blanks, the 12th and 13th word count hundredths of a second.
    let words = stat.rsplit(')').next().unwrap().split_whitespace();
    let ticks = words
        .skip(11)
        .take(2)
        .map(|word| word.parse::<f64>().unwrap());
    ticks.sum::<f64>() * 10_000.0
}

fn broker() -> Mosquitto {
    Setup::new()
        .forgetful()
        .quiet()
        .with("max_inflight_messages 0")
        .start()
}

pub(crate) async fn measure(contenders: &[Contender], events: usize, rounds: usize) -> Vec<Row> {
    let none = || {
        contenders
            .iter()
            .map(|_| Vec::new())
            .collect::<Vec<Vec<f64>>>()
    };
    let (mut rates, mut own, mut of_broker) = (none(), none(), none());
    for round in 0..rounds {
        // Each round begins with another, so that none always follows the same one.
        for step in 0..contenders.len() {
            let at = (round + step) % contenders.len();
            let count = events / contenders[at].share;
            let broker = broker();
            let id = broker.id().unwrap().to_string();
            let watched = Arc::new(broker);
            let (own_before, broker_before) = (cpu("self"), cpu(&id));
            let took = (contenders[at].run)(Arc::clone(&watched), count).await;
            own[at].push((cpu("self") - own_before) / count as f64);
            of_broker[at].push((cpu(&id) - broker_before) / count as f64);
            rates[at].push(count as f64 / took.as_secs_f64());
        }
    }
    let row = |(at, contender): (usize, &Contender)| {
        let shares = rates[at].iter().zip(&rates[0]);
        Row {
            name: contender.name,
            rate: middle(rates[at].clone()),
            of_first: middle(shares.map(|(own, first)| own / first).collect()),
            own_cpu: middle(own[at].clone()),
            broker_cpu: middle(of_broker[at].clone()),
        }
    };
    contenders.iter().enumerate().map(row).collect()
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
