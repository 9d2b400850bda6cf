//! Lanes: order per key, while other keys run.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::handler::Context;

/// The lane a delivery runs in: deliveries of one lane run one after the other, different lanes
/// beside each other.
pub(crate) type LaneKey = u64;

/// Finds a delivery's lane.
type LaneFn = dyn Fn(&Context) -> Option<LaneKey> + Send + Sync;

/// Which deliveries must run one after the other.
///
/// Retries leave their lane unless the lanes are [`strict`](Lanes::strict): a failed delivery
/// comes back later, and those behind it go on.
#[derive(Clone)]
pub struct Lanes {
    key: Arc<LaneFn>,
    pub(crate) strict: bool,
}

impl Lanes {
    /// A lane for each text the function gives; `None` runs beside everything.
    pub fn by(key: impl Fn(&Context) -> Option<String> + Send + Sync + 'static) -> Self {
        let key = move |context: &Context| key(context).as_deref().map(lane_of);
        Self {
            key: Arc::new(key),
            strict: false,
        }
    }

    /// A lane for each tenant; events without one run beside everything.
    pub fn by_tenant() -> Self {
        Self::by(|context| {
            let audience = context.audience().ok()?;
            audience.tenant().map(|tenant| tenant.as_str().to_owned())
        })
    }

    /// A lane for each value of a text header.
    pub fn by_header(name: impl Into<String>) -> Self {
        let name = name.into();
        let key = move |context: &Context| context.envelope().headers().text(&name).map(lane_of);
        Self {
            key: Arc::new(key),
            strict: false,
        }
    }

    /// A lane for each routing key.
    pub fn by_routing_key() -> Self {
        let key = |context: &Context| Some(lane_of(context.envelope().routing_key().as_str()));
        Self {
            key: Arc::new(key),
            strict: false,
        }
    }

    /// A lane for each value of one segment of the routing key, counted from zero.
    pub fn by_segment(segment: usize) -> Self {
        let key = move |context: &Context| {
            context
                .envelope()
                .routing_key()
                .as_str()
                .split('.')
                .nth(segment)
                .map(lane_of)
        };
        Self {
            key: Arc::new(key),
            strict: false,
        }
    }

    /// One lane for everything: strictly one delivery after the other.
    pub fn one() -> Self {
        Self {
            key: Arc::new(|_| Some(0)),
            strict: false,
        }
    }

    /// Holds a lane while its delivery waits to be tried again, so that order survives failures.
    ///
    /// The delivery stays in hand, unsettled, and its wait counts against the prefetch.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    pub(crate) fn key(&self, context: &Context) -> Option<LaneKey> {
        (self.key)(context)
    }
}

/// Two texts in one lane cost time, never order; so a hash is enough.
fn lane_of(text: &str) -> LaneKey {
    FixedState::default().hash_one(text)
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes")
            .field("strict", &self.strict)
            .finish_non_exhaustive()
    }
}
