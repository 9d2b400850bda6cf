//! Running cases: one, many beside each other, or one as a test.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

use crate::broker::{Broker, Isolation, NotOffered};
use crate::case::{Case, Outcome, Report, State, Verdict};
use crate::scale::Scale;
use crate::stage::{Clock, Stage};
use crate::teardown::{take_down, tasks_end};

/// Runs one case on a broker, and looks at what it leaves behind.
pub async fn run(case: &Case, broker: &Arc<dyn Broker>, clock: Clock) -> Report {
    let started = Instant::now();
    let scale = Scale::from_env();
    let copies = if case.alone { 1 } else { scale.copies() };
    let alone = broker.isolation() == Isolation::Own;
    if case.alone && !alone {
        return report(case, State::NotAlone, false, started);
    }
    let tasks = Handle::current().metrics().num_alive_tasks();
    let one = || guarded(case, Stage::new(Arc::clone(broker), case.id, scale, clock));
    let mut found = join_all((0..copies).map(|_| one())).await;
    let bad = found
        .iter()
        .position(|(state, _)| matches!(state, State::Failed(_)));
    let (mut state, clean) = found.swap_remove(bad.unwrap_or(0));
    if alone
        && state == State::Kept
        && let Err(why) = caught(tasks_end(tasks, broker.patience())).await
    {
        state = State::Failed(why);
    }
    report(case, state, clean, started)
}

fn report(case: &Case, state: State, clean: bool, started: Instant) -> Report {
    Report {
        case: *case,
        state,
        clean,
        took: started.elapsed(),
    }
}

/// Runs one copy of a case; a panic in it, or in its teardown, is its failure.
async fn guarded(case: &Case, stage: Stage) -> (State, bool) {
    let outcome = match caught((case.run)(&stage)).await {
        Ok(outcome) => outcome,
        Err(why) => return (State::Failed(why), false),
    };
    match caught(take_down(&stage)).await {
        Ok(clean) => (state_of(case, outcome), clean),
        Err(why) => (State::Failed(format!("teardown: {why}")), false),
    }
}

fn state_of(case: &Case, outcome: Outcome) -> State {
    match outcome {
        Ok(Verdict::Kept) => State::Kept,
        Ok(Verdict::Refused) => State::Refused,
        Err(NotOffered(need)) if case.needs.contains(&need) => State::Unproven(need),
        Err(NotOffered(need)) => State::Failed(format!(
            "{case} asks for `{need}` and does not list it among its needs"
        )),
    }
}

/// Turns a panic into its message.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(future)
        .catch_unwind()
        .await
        .map_err(|panic| panic_text(&*panic))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic")
        .to_owned()
}

/// Runs cases beside each other on one shared broker, those that must be alone left out.
pub async fn run_together(
    cases: impl IntoIterator<Item = &'static Case>,
    broker: &Arc<dyn Broker>,
    clock: Clock,
) -> Vec<Report> {
    join_all(cases.into_iter().map(|case| run(case, broker, clock))).await
}

/// Runs cases one after the other, each on a runtime and a broker of its own.
///
/// # Panics
/// When no runtime can be made.
pub fn run_apart<F>(
    cases: impl IntoIterator<Item = &'static Case>,
    clock: Clock,
    broker: impl Fn() -> F,
) -> Vec<Report>
where
    F: Future<Output = Arc<dyn Broker>>,
{
    let one = |case| runtime(clock).block_on(async { run(case, &broker().await, clock).await });
    cases.into_iter().map(one).collect()
}

/// What a set-up says of cases, by their ids or names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// Cases that cannot be shown for want of a hook.
    pub unproven: &'a [&'a str],
    /// Cases that run at the short scale; `None` is all of them.
    pub short: Option<&'a [&'a str]>,
}

impl Choice<'_> {
    /// Whether a case is left to a run of full scale.
    fn leaves_out(&self, case: &Case) -> bool {
        let Some(short) = self.short.filter(|_| Scale::from_env() == Scale::Short) else {
            return false;
        };
        for chosen in short {
            let known = crate::cases().iter().any(|case| is_called(case, chosen));
            assert!(known, "`{chosen}` stands under `short`, and is no case");
        }
        !short.iter().any(|chosen| is_called(case, chosen))
    }
}

fn is_called(case: &Case, name: &str) -> bool {
    case.id == name || case.name == name
}

/// Runs one case as a test: what the [`suite!`](crate::suite) macro calls.
///
/// # Panics
/// When the promise is broken; when it stays unproven and is not listed as such; when it is listed
/// and yet was shown.
pub fn run_as_test<F>(case: &'static Case, clock: Clock, choice: Choice<'_>, broker: F)
where
    F: Future<Output = Arc<dyn Broker>>,
{
    if choice.leaves_out(case) {
        println!("{case} … left to {}=full on this set-up", Scale::VARIABLE);
        return;
    }
    let unproven = choice.unproven;
    let report = runtime(clock).block_on(async { run(case, &broker.await, clock).await });
    println!("{report}");
    let listed = unproven.iter().any(|name| is_called(case, name));
    match report.state {
        State::Failed(why) => panic!("{case}: {why}"),
        State::Unproven(need) if !listed => panic!(
            "{case} needs `{need}`, which this broker does not offer; \
             write that hook of `Broker`, or list the case under `unproven`"
        ),
        State::Kept | State::Refused if unproven.contains(&case.name) => {
            panic!("{case} is listed as unproven and was shown; take it off the list")
        }
        _ => {}
    }
}

/// A runtime in which time passes as the clock says.
///
/// # Panics
/// When the system lets none be made.
pub fn runtime(clock: Clock) -> Runtime {
    let mut builder = match clock {
        // A paused clock needs one thread: it moves on when that has nothing else to do.
        Clock::Virtual => Builder::new_current_thread(),
        Clock::Real => Builder::new_multi_thread(),
    };
    builder.enable_all().start_paused(clock == Clock::Virtual);
    builder.build().expect("a runtime can be made")
}

/// Waits for a task and passes its panic on.
///
/// # Panics
/// When the task panicked or was cancelled.
pub async fn joined<T>(task: JoinHandle<T>) -> T {
    match task.await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => panic!("a task of the case was cancelled: {error}"),
    }
}
