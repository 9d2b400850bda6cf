//! The list of all cases: written once, read by the registry and by the macro that makes tests.

use crate::case::Case;

/// Hands the list of all cases to another macro of this crate, behind the arguments given.
#[doc(hidden)]
#[macro_export]
macro_rules! __for_each_case {
    ($callback:ident $args:tt) => {
        $crate::$callback! { $args
            publish "publish and subscribe" {
                p1 "P1" {
                    round_trip_keeps_every_field [];
                    a_witness_reads_and_is_read [Witness];
                    a_publish_at_once_is_done_once_or_not_at_all [];
                    a_publish_at_once_takes_nothing_a_publish_refuses [];
                    nothing_is_published_at_once_without_a_broker [Outage] alone;
                }
                p2 "P2" { a_fresh_subscription_misses_nothing []; }
                p3 "P3" { what_was_published_before_is_not_delivered []; }
                p4 "P4" {
                    a_durable_group_catches_up [];
                    a_removed_group_forgets_what_waited [];
                }
                p5 "P5" { a_publish_that_reaches_nobody_is_told []; }
                p6 "P6" { one_stuck_subscription_slows_no_other []; }
                p7 "P7" { keys_are_kept_apart []; }
                p8 "P8" { overlapping_bindings_of_one_subscription_deliver_once []; }
                p9 "P9" { overlapping_bindings_of_two_subscriptions_deliver_to_each []; }
                p10 "P10" {
                    nothing_is_delivered_after_unsubscribing [];
                    bindings_come_and_go_on_a_running_subscription [];
                    a_binding_added_twice_delivers_once [];
                }
                p11 "P11" { a_storm_of_subscriptions_leaves_others_intact []; }
                p12 "P12" { many_keys_reach_their_own_subscriptions []; }
                p13 "P13" {
                    own_events_are_delivered [];
                    own_events_can_be_left_out [];
                }
                p14 "P14" { the_last_value_waits_for_later_subscribers []; }
                p15 "P15" { concurrent_publishers_lose_nothing []; }
                p16 "P16" { a_batch_is_answered_item_by_item []; }
            }
            matching "patterns, keys, headers" {
                k1 "K1" { patterns_match_by_the_truth_table []; }
                k2 "K2" { random_patterns_match_as_the_reference_does []; }
                k3 "K3" {
                    names_that_cannot_travel_are_refused [];
                    the_longest_key_travels [];
                }
                k4 "K4" { reserved_characters_in_a_value_survive []; }
                k5 "K5" { rest_in_the_middle_matches []; }
                k6 "K6" { case_and_normal_forms_are_told_apart []; }
                k7 "K7" {
                    header_conditions_match_all_or_any [];
                    a_header_condition_and_a_key_must_both_hold [];
                }
                k8 "K8" { header_edges_match_by_the_truth_table []; }
                k9 "K9" { an_audience_gets_its_events_and_no_other []; }
                k10 "K10" {
                    headers_arrive_as_they_were_sent [];
                    headers_are_the_same_to_a_witness [Witness];
                }
                k11 "K11" { headers_travel_up_to_the_limit []; }
                k12 "K12" {
                    a_foreign_event_stops_nobody [];
                    a_nameless_event_is_delivered [];
                }
                k13 "K13" { reserved_header_names_are_refused []; }
            }
            payloads "payloads" {
                b1 "B1" {
                    bodies_of_every_size_arrive_whole [];
                    large_bodies_at_once_arrive_whole [];
                }
                b2 "B2" { any_bytes_arrive_identical []; }
                b3 "B3" { small_events_pass_beside_a_large_one []; }
                b4 "B4" { an_encoded_body_is_carried_untouched []; }
            }
            groups "groups and competition" {
                g1 "G1" { group_members_split_the_deliveries []; }
                g2 "G2" { each_group_gets_every_event []; }
                g3 "G3" { a_group_takes_nothing_from_a_plain_subscription []; }
                g4 "G4" { members_come_and_go_without_loss []; }
                g5 "G5" {
                    a_slow_member_gets_no_more_than_it_can_do [];
                    nobody_starves_behind_a_large_prefetch [];
                }
                g6 "G6" {
                    a_killed_member_gives_its_work_back [Kill] alone;
                    a_frozen_member_gives_its_work_back [Freeze] alone;
                }
                g7 "G7" { a_broadcast_reaches_every_instance []; }
                g8 "G8" {
                    one_member_is_active_at_a_time [];
                    a_killed_leader_is_followed [Kill];
                    a_frozen_leader_is_followed [Freeze];
                }
                g9 "G9" { members_that_do_not_agree_are_refused []; }
            }
            settlement "settlement and redelivery" {
                s1 "S1" {
                    an_acked_delivery_stays_away [];
                    an_acked_delivery_stays_away_after_a_cut [Cut];
                }
                s2 "S2" { an_unsettled_delivery_comes_back_marked [Cut]; }
                s3 "S3" { an_unsettled_delivery_is_not_repeated_while_alive []; }
                s4 "S4" { a_nacked_delivery_comes_once_more []; }
                s5 "S5" {
                    a_rejected_delivery_becomes_one_dead_letter [];
                    a_rejected_delivery_is_dropped_on_request [];
                    a_live_subscription_rejects_for_good [];
                }
                s6 "S6" {
                    attempts_are_counted [];
                    attempts_are_counted_over_a_cut [Cut];
                    an_exhausted_delivery_becomes_a_dead_letter [];
                }
                s7 "S7" { a_limit_of_the_brokers_own_is_told [LimitDeliveries]; }
                s8 "S8" { a_long_wait_holds_up_no_shorter_one []; }
                s9 "S9" {
                    settling_after_a_cut_is_an_answer [Cut];
                    settling_after_close_is_an_answer [];
                }
                s10 "S10" {
                    settlements_in_any_order_hold [Cut];
                    whatever_ends_a_delivery_makes_room_for_the_next [];
                }
                s11 "S11" {
                    a_forgotten_delivery_comes_back [];
                    a_delivery_handed_back_unseen_costs_no_attempt [];
                    what_is_given_back_wakes_who_waits [];
                }
                s12 "S12" {
                    a_handler_that_panics_counts_as_failed [];
                    a_handler_that_times_out_counts_as_failed [];
                    a_handler_that_errs_is_tried_again_alone [];
                }
                s13 "S13" { a_sure_ack_survives_a_kill [Kill]; }
                s14 "S14" {
                    a_dead_letter_tells_its_story [];
                    a_replay_runs_once_and_removes_the_letter [];
                    dead_letters_are_listed_in_order_and_purged [];
                }
                s15 "S15" { an_unreadable_event_holds_nobody_up []; }
                s16 "S16" {
                    an_expired_event_is_not_delivered [];
                    an_event_that_may_expire_is_delivered_in_time [];
                }
            }
            connection "connection life" {
                c1 "C1" {
                    a_client_gets_over_an_absent_broker [Outage] alone;
                    a_waiting_client_can_be_closed [Outage] alone;
                }
                c2 "C2" { a_restart_under_load_loses_nothing [Restart] alone; }
                c3 "C3" {
                    bindings_are_back_before_running_is_told [Restart] alone;
                    members_are_back_after_a_restart [Restart] alone;
                }
                c4 "C4" {
                    a_gap_is_told_before_the_next_event [Cut];
                    a_durable_group_has_no_gap [Cut];
                }
                c5 "C5" { a_frozen_link_is_noticed [Freeze]; }
                c6 "C6" {
                    a_deleted_queue_is_not_silence [DropQueue];
                    an_eviction_is_not_silence [Evict];
                }
                c7 "C7" { a_refused_connection_says_why_and_no_secret [Denials]; }
                c8 "C8" { a_foreign_queue_is_refused_by_name [ForeignQueue]; }
                c9 "C9" { a_blocked_broker_stops_publishers_alone [Block] alone; }
                c10 "C10" {
                    a_publish_while_down_ends_by_its_deadline [Outage] alone;
                    a_publish_waits_for_the_broker [Outage] alone;
                    nobody_answers_for_a_broker_that_is_down [Outage] alone;
                }
                c11 "C11" { flapping_leaves_nothing_behind [Outage] alone; }
                c12 "C12" { another_address_takes_over [LoseAddress]; }
                c13 "C13" { a_lost_confirm_doubles_with_the_same_id [LoseConfirm] alone; }
            }
            flow "order, flow, shutdown" {
                o1 "O1" {
                    one_publisher_is_in_order [];
                    publishes_that_overlap_keep_their_order [];
                }
                o2 "O2" { lanes_keep_order_per_key []; }
                o3 "O3" { what_comes_back_comes_in_its_place []; }
                o4 "O4" { first_passes_never_go_backwards_over_reconnects [Cut]; }
                f1 "F1" { a_stalled_subscriber_is_bounded_by_its_prefetch []; }
                f2 "F2" {
                    a_full_group_refuses_by_name [];
                    a_full_group_makes_publishers_wait [];
                    the_oldest_go_first_and_the_gap_is_told [];
                }
                f3 "F3" {
                    a_stalled_subscription_leaves_its_neighbours_alone [];
                    a_busy_subscription_lets_other_tasks_run [];
                }
                f4 "F4" {
                    a_cancelled_publish_leaves_no_ghost_and_no_lost_place [];
                    a_publish_out_of_time_gives_its_place_back [];
                }
                f5 "F5" { a_handler_may_publish []; }
                x1 "X1" {
                    closing_any_way_returns_in_time [] alone;
                    a_waiting_publish_ends_with_the_close [];
                }
                x2 "X2" { a_drain_finishes_what_runs_and_hands_back_the_rest []; }
                x3 "X3" { a_deadline_passes_the_work_on []; }
                x4 "X4" { everything_after_close_is_closed []; }
                x5 "X5" { a_transport_dropped_without_close_leaves_nothing [Leftovers]; }
                x6 "X6" { a_dropped_stream_gives_back_what_it_held []; }
                x7 "X7" { a_kill_at_any_moment_loses_nothing [Kill]; }
            }
            services "services on top" {
                r1 "R1" { a_request_gets_one_answer []; }
                r2 "R2" { a_request_nobody_answers_ends []; }
                r3 "R3" { a_late_answer_is_dropped_and_counted []; }
                r4 "R4" { each_asker_gets_its_own_answer []; }
                r5 "R5" { a_group_of_responders_answers_once []; }
                r6 "R6" { a_request_over_a_cut_link_ends [Cut]; }
                d1 "D1" {
                    a_delayed_event_comes_when_it_is_due [];
                    a_delayed_event_survives_a_restart [Restart] alone;
                }
                d2 "D2" { a_withdrawn_event_never_comes []; }
                t1 "T1" { a_trace_survives_retry_dead_letter_and_replay []; }
                h1 "H1" {
                    health_follows_the_broker [Outage] alone;
                    health_follows_the_link [Cut];
                }
                h2 "H2" { counters_equal_the_script []; }
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __registry {
    ([] $($chapter:ident $title:literal { $($module:ident $id:literal {
        $($case:ident [$($need:ident),*] $($alone:ident)?;)*
    })* })*) => {
        &[$($($($crate::Case::new(
            [$id, stringify!($case), $title],
            &[$($crate::Need::$need),*],
            !stringify!($($alone)?).is_empty(),
            |stage| Box::pin($crate::cases::$chapter::$case(stage)),
        ),)*)*)*]
    };
}

static CASES: &[Case] = __for_each_case!(__registry []);

/// All cases, in the order of the chapters.
pub fn cases() -> &'static [Case] {
    CASES
}

/// The case of a name.
///
/// # Panics
/// When there is none.
pub fn case(name: &str) -> &'static Case {
    let found = CASES.iter().find(|case| case.name == name);
    found.unwrap_or_else(|| panic!("there is no case `{name}`"))
}

/// Cases of the document that no transport can be asked, and why.
pub const OUTSIDE: &[(&str, &str)] = &[(
    "L1",
    "the contract has no history: nothing reads stored events from a place or time",
)];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_every_id_of_the_document_has_a_case() {
        let names: HashSet<_> = cases().iter().map(|case| case.name).collect();
        assert_eq!(names.len(), cases().len());
        let chapters = [
            ("P", 16),
            ("K", 13),
            ("B", 4),
            ("G", 9),
            ("S", 16),
            ("C", 13),
            ("O", 4),
            ("F", 5),
            ("X", 7),
            ("R", 6),
            ("D", 2),
            ("T", 1),
            ("H", 2),
        ];
        let ids: HashSet<_> = cases().iter().map(|case| case.id.to_owned()).collect();
        let wanted: HashSet<_> = chapters
            .iter()
            .flat_map(|(letter, count)| (1..=*count).map(move |n| format!("{letter}{n}")))
            .collect();
        assert_eq!(ids, wanted);
    }
}
