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
                }
                p2 "P2" { a_fresh_subscription_misses_nothing []; }
                p3 "P3" { what_was_published_before_is_not_delivered []; }
                p4 "P4" { a_durable_group_catches_up []; }
                p5 "P5" { a_publish_that_reaches_nobody_is_told []; }
                p6 "P6" { one_stuck_subscription_slows_no_other []; }
                p7 "P7" { keys_are_kept_apart []; }
                p8 "P8" { overlapping_bindings_of_one_subscription_deliver_once []; }
                p9 "P9" { overlapping_bindings_of_two_subscriptions_deliver_to_each []; }
                p10 "P10" { nothing_is_delivered_after_unsubscribing []; }
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
