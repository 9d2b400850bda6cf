//! Proof that the suite bites: transports with one flaw each, the case that finds it, and one that
//! has nothing to do with it.

mod flaw;
mod supply;
mod transport;
#[path = "../under_test/mod.rs"]
mod under_test;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use trunkline_conformance::{
    Broker, Clock, Fault, Isolation, Leftovers, NotOffered, Report, State, case, cases, run,
    run_apart, runtime, suite,
};
use trunkline_core::{Transport, TransportError};

use flaw::Flaw;
use transport::Flawed;
use under_test::MemoryUnderTest;

/// A broker in memory whose clients have one flaw.
struct FlawedBroker {
    inner: Arc<dyn Broker>,
    flaw: Flaw,
}

impl FlawedBroker {
    fn with(flaw: Flaw) -> Arc<dyn Broker> {
        let inner = MemoryUnderTest::fresh();
        Arc::new(Self { inner, flaw })
    }
}

#[async_trait]
impl Broker for FlawedBroker {
    async fn client(&self, name: &str) -> Result<Arc<dyn Transport>, TransportError> {
        Ok(Arc::new(Flawed::new(
            self.inner.client(name).await?,
            self.flaw,
        )))
    }

    fn isolation(&self) -> Isolation {
        self.inner.isolation()
    }

    async fn inflict(&self, fault: Fault<'_>) -> Result<(), NotOffered> {
        self.inner.inflict(fault).await
    }

    async fn leftovers(&self, prefix: &str) -> Result<Leftovers, NotOffered> {
        self.inner.leftovers(prefix).await
    }
}

fn on(flaw: Flaw, name: &str) -> Report {
    let runtime = runtime(Clock::Virtual);
    runtime.block_on(async { run(case(name), &FlawedBroker::with(flaw), Clock::Virtual).await })
}

/// Holds that the suite tells a flaw by the case that is about it, and by that case alone of two.
fn is_found(flaw: Flaw, id: &str, by: &str, and_not_by: &str) -> Report {
    assert_eq!(case(by).id, id);
    let found = on(flaw, by);
    assert!(found.failure().is_some(), "{flaw:?} went by: {found}");
    let unrelated = on(flaw, and_not_by);
    assert_eq!(
        unrelated.state,
        State::Kept,
        "{flaw:?} in an unrelated case: {unrelated}"
    );
    found
}

macro_rules! flaws {
    ($($test:ident: $flaw:ident is found by $id:literal $by:ident, not by $unrelated:ident;)*) => {
        $(
            #[test]
            fn $test() {
                let (by, unrelated) = (stringify!($by), stringify!($unrelated));
                println!("{:?}: {}", Flaw::$flaw, is_found(Flaw::$flaw, $id, by, unrelated));
            }
        )*

        const FLAWS: &[Flaw] = &[$(Flaw::$flaw),*];
    };
}

flaws! {
    a_dropped_ack: DropsAcks is found by "S1" an_acked_delivery_stays_away,
        not by keys_are_kept_apart;
    a_doubled_delivery: DoublesDeliveries is found by "P1" round_trip_keeps_every_field,
        not by a_publish_that_reaches_nobody_is_told;
    a_reordered_stream: Reorders is found by "O1" one_publisher_is_in_order,
        not by a_fresh_subscription_misses_nothing;
    an_ignored_prefetch: IgnoresPrefetch
        is found by "F1" a_stalled_subscriber_is_bounded_by_its_prefetch,
        not by one_publisher_is_in_order;
    a_leaked_subscription: LeaksSubscriptions
        is found by "P10" nothing_is_delivered_after_unsubscribing,
        not by round_trip_keeps_every_field;
    a_lost_nack: LosesNacked is found by "S4" a_nacked_delivery_comes_once_more,
        not by an_acked_delivery_stays_away;
    a_forgotten_wait: ForgetsTheWait is found by "S8" a_long_wait_holds_up_no_shorter_one,
        not by a_nacked_delivery_comes_once_more;
    a_rest_of_one_or_more: RestIsOneOrMore is found by "K1" patterns_match_by_the_truth_table,
        not by round_trip_keeps_every_field;
    a_random_pattern_that_differs: RestIsOneOrMore
        is found by "K2" random_patterns_match_as_the_reference_does,
        not by names_that_cannot_travel_are_refused;
    an_ignored_case: IgnoresCase is found by "K6" case_and_normal_forms_are_told_apart,
        not by keys_are_kept_apart;
    an_early_confirm: ConfirmsEarly is found by "C2" a_restart_under_load_loses_nothing,
        not by round_trip_keeps_every_field;
    an_early_confirm_while_down: ConfirmsEarly
        is found by "C10" a_publish_while_down_ends_by_its_deadline,
        not by keys_are_kept_apart;
    a_lost_dead_letter: LosesDeadLetters
        is found by "S5" a_rejected_delivery_becomes_one_dead_letter,
        not by a_rejected_delivery_is_dropped_on_request;
    a_replay_that_does_nothing: KeepsReplayed
        is found by "S14" a_replay_runs_once_and_removes_the_letter,
        not by a_dead_letter_tells_its_story;
    a_story_told_wrong: RetellsTheStory is found by "S14" a_dead_letter_tells_its_story,
        not by a_replay_runs_once_and_removes_the_letter;
    a_forgotten_attempt: ForgetsAttempts is found by "S6" attempts_are_counted,
        not by a_rejected_delivery_becomes_one_dead_letter;
    a_route_that_is_none: SaysRouted is found by "P5" a_publish_that_reaches_nobody_is_told,
        not by round_trip_keeps_every_field;
    a_delivery_after_the_end: DeliversAfterUnsubscribe
        is found by "P10" nothing_is_delivered_after_unsubscribing,
        not by round_trip_keeps_every_field;
    a_retyped_header: RetypesHeaders is found by "K10" headers_arrive_as_they_were_sent,
        not by round_trip_keeps_every_field;
    a_dropped_null: DropsNulls is found by "K10" headers_arrive_as_they_were_sent,
        not by header_conditions_match_all_or_any;
    a_reserved_header_left_out: StripsReservedHeaders
        is found by "K13" reserved_header_names_are_refused,
        not by headers_arrive_as_they_were_sent;
    a_body_over_the_limit: PublishesOverLimit
        is found by "B1" bodies_of_every_size_arrive_whole,
        not by any_bytes_arrive_identical;
    a_batch_over_the_limit: PublishesOverLimit
        is found by "P16" a_batch_is_answered_item_by_item,
        not by concurrent_publishers_lose_nothing;
    a_body_taken_for_text: ReadsBodiesAsText is found by "B2" any_bytes_arrive_identical,
        not by round_trip_keeps_every_field;
    a_dropped_property: DropsCorrelation is found by "P1" round_trip_keeps_every_field,
        not by keys_are_kept_apart;
    a_hidden_gap: HidesGaps is found by "C4" a_gap_is_told_before_the_next_event,
        not by a_durable_group_has_no_gap;
    a_silent_end: EndsWithTheLink is found by "C6" an_eviction_is_not_silence,
        not by a_durable_group_has_no_gap;
    a_health_that_lies: SaysRunning is found by "H1" health_follows_the_broker,
        not by round_trip_keeps_every_field;
    a_late_subscription: SubscribesLate is found by "P2" a_fresh_subscription_misses_nothing,
        not by group_members_split_the_deliveries;
    a_group_of_copies: CopiesToMembers is found by "G1" group_members_split_the_deliveries,
        not by a_broadcast_reaches_every_instance;
    two_leaders: SharesExclusive is found by "G8" one_member_is_active_at_a_time,
        not by group_members_split_the_deliveries;
    own_events_not_left_out: IgnoresNoLocal is found by "P13" own_events_can_be_left_out,
        not by own_events_are_delivered;
    an_event_that_outlives_its_time: IgnoresExpiry
        is found by "S16" an_expired_event_is_not_delivered,
        not by a_durable_group_catches_up;
    a_stale_declaration: HidesDelay is found by "D1" a_delayed_event_comes_when_it_is_due,
        not by round_trip_keeps_every_field;
    a_withdrawal_that_is_none: PretendsToWithdraw is found by "D2" a_withdrawn_event_never_comes,
        not by a_delayed_event_comes_when_it_is_due;
    an_attempt_nobody_made: ChargesForHandBack
        is found by "S11" a_delivery_handed_back_unseen_costs_no_attempt,
        not by a_forgotten_delivery_comes_back;
    a_return_to_the_end: ReturnsLast is found by "O3" what_comes_back_comes_in_its_place,
        not by one_publisher_is_in_order;
    a_lost_forgotten_delivery: LosesForgotten is found by "S11" a_forgotten_delivery_comes_back,
        not by an_acked_delivery_stays_away;
    a_publish_after_close: PublishesAfterClose
        is found by "X4" everything_after_close_is_closed,
        not by round_trip_keeps_every_field;
    a_second_close_that_hangs: ClosesOnce is found by "X1" closing_any_way_returns_in_time,
        not by keys_are_kept_apart;
    a_bound_that_does_not_hold: KeepsTooMuch is found by "F2" a_full_group_refuses_by_name,
        not by a_durable_group_catches_up;
    a_late_settlement_told_as_done: SettlesStale
        is found by "S9" settling_after_a_cut_is_an_answer,
        not by an_unsettled_delivery_comes_back_marked;
    a_kept_value_not_marked: ForgetsRetained
        is found by "P14" the_last_value_waits_for_later_subscribers,
        not by round_trip_keeps_every_field;
    any_taken_for_all: TakesAnyForAll is found by "K7" header_conditions_match_all_or_any,
        not by an_audience_gets_its_events_and_no_other;
    members_united: UnitesMembers is found by "G9" members_that_do_not_agree_are_refused,
        not by group_members_split_the_deliveries;
    a_time_limit_not_kept: IgnoresTimeout
        is found by "C10" a_publish_while_down_ends_by_its_deadline,
        not by a_publish_waits_for_the_broker;
    a_publish_done_twice: GivesBackWhatIsDone
        is found by "P1" a_publish_at_once_is_done_once_or_not_at_all,
        not by round_trip_keeps_every_field;
    a_binding_that_stays: KeepsBindings
        is found by "P10" bindings_come_and_go_on_a_running_subscription,
        not by nothing_is_delivered_after_unsubscribing;
    a_group_that_stays: KeepsGroups is found by "P4" a_removed_group_forgets_what_waited,
        not by round_trip_keeps_every_field;
    a_reader_that_is_not_woken: WakesNobody
        is found by "S10" whatever_ends_a_delivery_makes_room_for_the_next,
        not by round_trip_keeps_every_field;
    a_leaked_task: LeaksTasks is found by "S5" a_rejected_delivery_becomes_one_dead_letter,
        not by a_nacked_delivery_comes_once_more;
}

/// Prints which cases find which flaw, and which cases no flaw was made for.
#[test]
#[ignore = "a table for whoever adds a case: run it with --no-capture"]
fn every_flaw_against_every_case() {
    let mut idle: BTreeSet<_> = cases().iter().map(|case| case.name).collect();
    let mut seen: Vec<Flaw> = Vec::new();
    for &flaw in FLAWS {
        if seen.contains(&flaw) {
            continue;
        }
        seen.push(flaw);
        let broker = || async { FlawedBroker::with(flaw) };
        let reports = run_apart(cases(), Clock::Virtual, broker);
        let found = reports.iter().filter(|report| report.failure().is_some());
        let found: Vec<_> = found.map(|report| report.case).collect();
        idle.retain(|name| found.iter().all(|case| case.name != *name));
        println!("{flaw:?}: {} {found:?}", found.len());
    }
    println!("no flaw for {} cases: {idle:#?}", idle.len());
}

suite! {
    mod without_a_flaw {
        clock: Virtual,
        broker: FlawedBroker::with(Flaw::None),
        unproven: [
            "a_witness_reads_and_is_read",
            "headers_are_the_same_to_a_witness",
            "a_refused_connection_says_why_and_no_secret",
            "another_address_takes_over",
            "a_limit_of_the_brokers_own_is_told",
            "a_foreign_queue_is_refused_by_name",
        ],
    }
}
