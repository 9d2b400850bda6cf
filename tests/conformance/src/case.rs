//! A case, and what came of it.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::broker::{Need, NotOffered};
use crate::stage::Stage;

/// How a promise was found kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The transport claims it and does it.
    Kept,
    /// The transport does not claim it and refuses it clearly.
    Refused,
}

/// What a case ends with, unless it panics: the promise is kept, or this broker cannot show it.
pub type Outcome = Result<Verdict, NotOffered>;

/// Runs a case.
pub type CaseFn = for<'a> fn(&'a Stage) -> BoxFuture<'a, Outcome>;

/// One promise of the suite.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Case {
    /// The id of the case this promise belongs to: `P1`. Several promises may share one.
    pub id: &'static str,
    /// The promise, which is also the function's name.
    pub name: &'static str,
    /// What the promise is about.
    pub chapter: &'static str,
    /// Hooks it cannot do without; it uses others if they are there.
    pub needs: &'static [Need],
    /// Whether it stops or blocks the broker, so that nothing else may run beside it.
    pub alone: bool,
    /// The function itself.
    pub run: CaseFn,
}

impl Case {
    #[doc(hidden)]
    pub const fn new(
        [id, name, chapter]: [&'static str; 3],
        needs: &'static [Need],
        alone: bool,
        run: CaseFn,
    ) -> Self {
        Self {
            id,
            name,
            chapter,
            needs,
            alone,
            run,
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

/// What came of a case on one broker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Claimed, and kept.
    Kept,
    /// Not claimed, and clearly refused.
    Refused,
    /// Not shown: the broker lacks a hook the case needs.
    Unproven(Need),
    /// Left out: the case must be alone, and others are on the broker.
    NotAlone,
    /// Broken, and how.
    Failed(String),
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kept => f.write_str("kept"),
            Self::Refused => f.write_str("refused"),
            Self::Unproven(need) => write!(f, "unproven: needs {need}"),
            Self::NotAlone => f.write_str("left out: not alone"),
            Self::Failed(why) => write!(f, "FAILED: {why}"),
        }
    }
}

/// A case, what came of it, and how long it took on the wall's clock.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The case.
    pub case: Case,
    /// What came of it.
    pub state: State,
    /// Whether the broker could be asked for leftovers, and had none.
    pub clean: bool,
    /// Real time taken.
    pub took: Duration,
}

impl Report {
    /// How the case failed, if it did.
    pub fn failure(&self) -> Option<&str> {
        match &self.state {
            State::Failed(why) => Some(why),
            _ => None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} … {}", self.case, self.state)
    }
}
