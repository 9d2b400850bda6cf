//! What was confirmed arrives, or the gap is told, whoever is killed and whenever.
//!
//! A publisher and a member of a group, each a process of its own, speak over a real mosquitto. One
//! of the three is killed at random moments and started again; what was said of each event stands in
//! a ledger. A few moments in every run, 50 with `TRUNKLINE_TEST_SCALE=full`.
#![allow(clippy::unwrap_used, reason = "a test may")]
#![allow(
    clippy::print_stdout,
    reason = "how a program of the test speaks to it"
)]

mod books;
mod programs;

use std::time::Duration;

use books::{Books, Victim};
use libtest_mimic::{Arguments, Failed, Trial};
use trunkline_conformance::Scale;
use trunkline_suite::mosquitto::Setup;

fn main() {
    if let Some(role) = std::env::var_os(programs::ROLE) {
        return programs::run(&role.to_string_lossy());
    }
    let arguments = Arguments::from_args();
    let trial = |name: &str, test: fn()| {
        Trial::test(name, move || {
            test();
            Ok::<_, Failed>(())
        })
    };
    let trials = vec![
        trial("a_killed_subscriber_misses_nothing", || {
            let books = killing(Victim::Subscriber, Setup::new());
            assert_whole(&books);
        }),
        trial("a_killed_publisher_loses_nothing_it_saw_confirmed", || {
            let books = killing(Victim::Publisher, Setup::new());
            assert_whole(&books);
        }),
        trial("what_a_killed_broker_loses_is_told_as_a_gap", || {
            // It writes down what it has every second, and loses what came since.
            let eager = Setup::new().with("autosave_interval 1");
            assert_told(&killing(Victim::Broker, eager));
        }),
        trial(
            "what_a_broker_without_persistence_loses_is_told_as_a_gap",
            || {
                let books = killing(Victim::Broker, Setup::new().forgetful());
                assert_told(&books);
                assert!(!books.gaps().is_empty(), "a session was lost each time");
            },
        ),
        trial(
            "what_a_restart_in_good_order_loses_is_told_as_a_gap",
            || {
                assert_told(&killing(Victim::BrokerGently, Setup::new()));
            },
        ),
        trial("a_stalled_link_loses_nothing", || {
            let books = killing(Victim::Links, Setup::new());
            assert_whole(&books);
        }),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}

/// Kills the victim again and again, and closes the books once all that is to come has come.
fn killing(victim: Victim, setup: Setup) -> Books {
    let moments = Scale::from_env().of(3, 50);
    let mut books = Books::open(setup);
    for _ in 0..moments {
        std::thread::sleep(Duration::from_millis(fastrand::u64(50..500)));
        books.strike(victim);
    }
    books.close();
    println!(
        "{victim:?} struck {moments} times: {} confirmed, {} lost, {} doubled, {} gaps told",
        books.confirmed(),
        books.lost().len(),
        books.doubled(),
        books.gaps().len()
    );
    assert!(books.confirmed() > 0, "nothing was published");
    books
}

fn assert_whole(books: &Books) {
    assert_eq!((books.lost(), books.gaps()), (vec![], vec![]));
}

fn assert_told(books: &Books) {
    let lost = books.lost();
    assert!(
        lost.is_empty() || !books.gaps().is_empty(),
        "{} events were lost and nobody was told, among them {:?}",
        lost.len(),
        &lost[..lost.len().min(10)]
    );
}
