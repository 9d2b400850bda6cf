//! All tenants, over all days.

use std::time::Duration;

use fastrand::Rng;
use mini_pbx_common::orders::{TenantOrdered, UserOrdered};
use trunkline::{TenantEvent, TenantId};

use crate::day::{DAY, Day};
use crate::happening::{Happening, What};
use crate::ledger::Ledger;
use crate::people::Tenant;

/// A town to make traffic in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Town {
    /// What decides everything. Default 1.
    pub seed: u64,
    /// Companies with a telephone system. Default 3.
    pub tenants: usize,
    /// People in each, two at least. Default 6.
    pub users: usize,
    /// Days that go by. Default 1.
    pub days: u32,
}

impl Default for Town {
    fn default() -> Self {
        Self {
            seed: 1,
            tenants: 3,
            users: 6,
            days: 1,
        }
    }
}

/// What happens in a town, and what should come of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Traffic {
    /// What happens, in order.
    pub happenings: Vec<Happening>,
    /// What should come of it.
    pub ledger: Ledger,
    /// The tenants, by their names for people.
    pub names: Vec<(TenantId, String)>,
}

impl Town {
    /// A town that this seed decides.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// Sets the size: tenants, and people in each, two at least.
    #[must_use]
    pub fn with_size(mut self, tenants: usize, users: usize) -> Self {
        self.tenants = tenants;
        self.users = users.max(2);
        self
    }

    /// Sets how many days go by.
    #[must_use]
    pub fn with_days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// What happens, and what should come of it.
    pub fn traffic(&self) -> Traffic {
        let mut rng = Rng::with_seed(self.seed);
        let (mut told, mut ledger, mut channels) = (Vec::new(), Ledger::new(), 0);
        let mut names = Vec::new();
        for _ in 0..self.tenants {
            let tenant = Tenant::random(&mut rng, self.users);
            let id = TenantId::from(tenant.uuid.as_str());
            order(&tenant, &mut told);
            let expected = ledger.entry(id.clone()).or_default();
            for day in 0..self.days {
                let midnight = u64::from(day) * DAY;
                Day {
                    tenant: &tenant,
                    midnight,
                    rng: &mut rng,
                    channels: &mut channels,
                    told: &mut told,
                    expected,
                }
                .write();
            }
            names.push((id, tenant.name));
        }
        // Stable: what happens in one second stays in the order it was told in.
        told.sort_by_key(|happening| happening.at);
        Traffic {
            happenings: told,
            ledger,
            names,
        }
    }
}

fn order(tenant: &Tenant, told: &mut Vec<Happening>) {
    let at = Duration::ZERO;
    let ordered = TenantOrdered {
        uuid: tenant.uuid.clone(),
        name: tenant.name.clone(),
    };
    let what = What::TenantOrdered(ordered);
    told.push(Happening { at, what });
    for user in &tenant.users {
        let ordered = UserOrdered {
            uuid: user.uuid.clone(),
            id: user.id,
        };
        let what = What::UserOrdered(ordered.for_tenant(tenant.uuid.as_str()));
        told.push(Happening { at, what });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(town: &Town) -> Vec<String> {
        let happenings = town.traffic().happenings;
        happenings.iter().map(|one| format!("{one:?}")).collect()
    }

    #[test]
    fn a_seed_always_makes_the_same_and_another_something_else() {
        let town = Town::new(7);
        assert_eq!(told(&town), told(&town));
        assert_ne!(told(&town), told(&Town::new(8)));
    }

    #[test]
    fn every_tenant_has_calls_most_of_which_are_answered() {
        let traffic = Town::new(7).with_days(5).traffic();
        assert_eq!(traffic.ledger.len(), 3);
        for expected in traffic.ledger.values() {
            assert!(expected.calls > 50, "{expected:?}");
            assert!(expected.answered * 2 > expected.calls, "{expected:?}");
            assert!(expected.answered < expected.calls, "{expected:?}");
        }
    }
}
