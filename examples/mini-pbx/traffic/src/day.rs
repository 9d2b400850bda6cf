//! One day of one tenant.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;
use mini_pbx_common::orders::{UserArrived, UserLeft};
use serde_json::{Value, json};
use trunkline::UserEvent;

use crate::ami::{Side, seconds};
use crate::happening::{Happening, What};
use crate::ledger::Expected;
use crate::people::{Tenant, User, uuid};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// How busy each hour from eight is, with a dent at noon.
const HOURS: [u32; 10] = [4, 9, 12, 11, 5, 6, 11, 10, 7, 3];

/// Writes one day of one tenant.
pub(crate) struct Day<'a> {
    pub(crate) tenant: &'a Tenant,
    /// Seconds from the town's beginning to this day's midnight.
    pub(crate) midnight: u64,
    pub(crate) rng: &'a mut Rng,
    /// Numbers channels, in the whole town.
    pub(crate) channels: &'a mut u64,
    pub(crate) told: &'a mut Vec<Happening>,
    pub(crate) expected: &'a mut Expected,
}

/// A call somebody is going to make.
struct Planned {
    at: u64,
    caller: usize,
    called: usize,
}

impl Day<'_> {
    pub(crate) fn write(&mut self) {
        for user in &self.tenant.users {
            self.comes_and_goes(user);
            self.dials_features(user);
        }
        let mut busy_until = HashMap::new();
        for planned in self.plan() {
            let free = |user, at| busy_until.get(&user).is_none_or(|until| *until < at);
            if !free(planned.caller, planned.at) {
                continue; // nobody makes two calls at once
            }
            let answers = free(planned.called, planned.at) && self.rng.f64() < 0.8;
            let end = self.call(&planned, answers);
            busy_until.insert(planned.caller, end);
            if answers {
                busy_until.insert(planned.called, end);
            }
        }
    }

    fn comes_and_goes(&mut self, user: &User) {
        let session = uuid(self.rng);
        let arrives = 7 * HOUR + 30 * MINUTE + self.rng.u64(..30 * MINUTE);
        let leaves = 18 * HOUR + 30 * MINUTE + self.rng.u64(..HOUR);
        let (tenant, name) = (self.tenant.uuid.as_str(), user.uuid.as_str());
        let arrived = UserArrived {
            session: session.clone(),
            mobile: self.rng.u8(..4) == 0,
        };
        self.tell(arrives, What::Arrived(arrived.for_user(tenant, name)));
        let left = UserLeft { session };
        self.tell(leaves, What::Left(left.for_user(tenant, name)));
    }

    fn tell(&mut self, at: u64, what: What) {
        let at = Duration::from_secs(self.midnight + at);
        self.told.push(Happening { at, what });
    }

    /// Some do not want to be disturbed over lunch, some have calls go elsewhere.
    fn dials_features(&mut self, user: &User) {
        let lunch = 12 * HOUR + self.rng.u64(..30 * MINUTE);
        let (feature, destination) = match self.rng.u8(..10) {
            0..2 => ("dnd", Value::Null),
            2 => ("fwdbusy", json!("1001")),
            _ => return,
        };
        for (at, enabled) in [(lunch, true), (lunch + 40 * MINUTE, false)] {
            let channel = self.channel(at);
            let side = Side {
                tenant: self.tenant,
                user,
                other: user,
                channel: &channel,
                linked: &channel,
                dialled: "*25",
            };
            let more = json!({
                "Feature": feature, "Enabled": enabled, "Destination": destination,
            });
            self.told
                .push(side.says(self.midnight + at, "UserEvent", "Up", more));
        }
    }

    fn channel(&mut self, at: u64) -> String {
        *self.channels += 1;
        let began = seconds(Duration::from_secs(self.midnight + at));
        format!("{began}.{}", self.channels)
    }

    /// Who is going to call whom, in the order of the day.
    fn plan(&mut self) -> Vec<Planned> {
        let users = self.tenant.users.len();
        let mut planned = Vec::new();
        for caller in 0..users {
            for _ in 0..self.rng.u32(3..10) {
                let called = (caller + self.rng.usize(1..users)) % users;
                let at = self.hour() * HOUR + self.rng.u64(..HOUR);
                planned.push(Planned { at, caller, called });
            }
        }
        planned.sort_by_key(|planned| (planned.at, planned.caller));
        planned
    }

    fn hour(&mut self) -> u64 {
        let mut left = self.rng.u32(..HOURS.iter().sum::<u32>());
        for (hour, weight) in (8..).zip(HOURS) {
            if left < weight {
                return hour;
            }
            left -= weight;
        }
        8
    }

    /// Tells a call; gives the second at which it ends.
    fn call(&mut self, planned: &Planned, answers: bool) -> u64 {
        let (caller, called) = (self.channel(planned.at), self.channel(planned.at));
        let users = &self.tenant.users;
        let one = Side {
            tenant: self.tenant,
            user: &users[planned.caller],
            other: &users[planned.called],
            channel: &caller,
            linked: &caller,
            dialled: &users[planned.called].extension,
        };
        let other = Side {
            user: one.other,
            other: one.user,
            channel: &called,
            ..one
        };
        self.says(one, planned.at, "Newchannel", "Ring", Value::Null);
        self.says(other, planned.at, "Newchannel", "Ringing", Value::Null);
        self.expected.calls += 1;
        let mut now = planned.at + self.rng.u64(2..25);
        if answers {
            let answered = now;
            self.says(other, now, "Newstate", "Up", Value::Null);
            self.says(one, now, "Newstate", "Up", Value::Null);
            now = self.talk(one, other, now);
            self.expected.answered += 1;
            self.expected.talked += Duration::from_secs(now - answered);
        }
        let cause = if answers { "16" } else { "19" }; // normal clearing, no answer (Q.850)
        self.says(one, now, "Hangup", "Up", json!({"Cause": cause}));
        self.says(other, now, "Hangup", "Up", json!({"Cause": cause}));
        now
    }

    /// What two do while they talk; gives the second at which they have done.
    fn talk(&mut self, one: Side<'_>, other: Side<'_>, mut now: u64) -> u64 {
        // Many short talks, few long ones: the mean is about two minutes.
        let length = 10.0 - 110.0 * (1.0 - self.rng.f64()).ln();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 10 to some thousands"
        )]
        let length = length.min(3_000.0) as u64;
        now += length;
        match self.rng.u8(..20) {
            0..3 => {
                self.says(one, now, "Hold", "Up", Value::Null);
                now += self.rng.u64(5..90);
                self.says(one, now, "Unhold", "Up", Value::Null);
            }
            3 => {
                let space = (701 + self.rng.u32(..20)).to_string();
                let space = json!({"ParkingSpace": space});
                self.says(one, now, "ParkedCall", "Up", space.clone());
                now += self.rng.u64(10..40);
                self.says(one, now, "UnParkedCall", "Up", space);
            }
            4 => self.says(
                other,
                now,
                "UserEvent",
                "Up",
                json!({"Feature": "relocate"}),
            ),
            _ => {}
        }
        now + self.rng.u64(1..30)
    }

    fn says(&mut self, side: Side<'_>, at: u64, name: &str, state: &str, more: Value) {
        self.told
            .push(side.says(self.midnight + at, name, state, more));
    }
}
