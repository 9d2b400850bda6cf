//! The truth tables of keys and of header conditions, as data.
//!
//! Cases run them live, and unit tests hold the reference matcher against them.

use trunkline_core::{BindingError, HeaderCondition, HeaderTest, Headers, PatternShape, Value};

/// What ought to come of a pattern and a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyVerdict {
    /// The event is delivered.
    Match,
    /// It is not.
    NoMatch,
    /// The key is refused at publish.
    KeyRefused,
}

/// One row of the table of keys.
#[derive(Debug, Clone, Copy)]
pub struct KeyRow {
    /// The pattern, in the dotted grammar.
    pub pattern: &'static str,
    /// The key.
    pub key: &'static str,
    /// What ought to come of them.
    pub verdict: KeyVerdict,
}

const fn row(pattern: &'static str, key: &'static str, verdict: KeyVerdict) -> KeyRow {
    KeyRow {
        pattern,
        key,
        verdict,
    }
}

/// Which keys match which patterns, on every transport.
pub const KEYS: &[KeyRow] = {
    use KeyVerdict::{KeyRefused, Match, NoMatch};
    &[
        row("a.#", "a", Match),
        row("a.#", "a.b.c", Match),
        row("a.#", "b.a", NoMatch),
        row("#", "a.b", Match),
        row("#.b", "b", Match),
        row("#.b", "a.c.b", Match),
        row("#.b", "b.a", NoMatch),
        row("a.#.c", "a.c", Match),
        row("a.#.c", "a.b.b.c", Match),
        row("a.#.c", "a.b", NoMatch),
        row("a.*", "a", NoMatch),
        row("a.*", "a.b", Match),
        row("a.*", "a.b.c", NoMatch),
        row("*.*", "a.b", Match),
        row("*.*", "a", NoMatch),
        row("a.*", "a.", KeyRefused),
        row("a.*.b", "a..b", KeyRefused),
        row("*", "", KeyRefused),
        row("*", ".x", KeyRefused),
        row("a*", "ab", NoMatch),
        row("a.b", "A.b", NoMatch),
        row("*.y", "$x.y", KeyRefused),
        row("é.*", "é.☎", Match),
        row("a.b", "a.b", Match),
        row("a.b", "a.b.", KeyRefused),
        row("calls.*", "calls.call.created", NoMatch),
        row("calls.#", "calls.call.created", Match),
    ]
};

/// The narrowest shape a transport must claim to take a pattern.
///
/// # Panics
/// When the pattern is not one.
pub fn shape(pattern: &str) -> PatternShape {
    let pattern = trunkline_core::KeyPattern::new(pattern);
    pattern
        .expect("the tables hold well-formed patterns")
        .shape()
}

/// How a condition is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Every test must hold.
    All,
    /// One test must hold.
    Any,
}

/// A value in the table of header conditions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Text.
    Text(&'static str),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// In a condition: any value will do.
    Present,
}

/// What ought to come of a condition and headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderVerdict {
    /// The event is delivered.
    Match,
    /// It is not.
    NoMatch,
    /// The condition cannot be made.
    Refused,
}

/// Names and values.
type Cells = &'static [(&'static str, Cell)];

/// One row of the table of header conditions.
#[derive(Debug, Clone, Copy)]
pub struct HeaderRow {
    /// How the tests are put together.
    pub mode: Mode,
    /// The tests.
    pub tests: Cells,
    /// The headers of the event.
    pub headers: Cells,
    /// What ought to come of them.
    pub verdict: HeaderVerdict,
}

const fn condition(mode: Mode, tests: Cells, headers: Cells, verdict: HeaderVerdict) -> HeaderRow {
    HeaderRow {
        mode,
        tests,
        headers,
        verdict,
    }
}

/// Which headers fulfil which conditions, on every transport that claims `header_match`.
pub const HEADERS: &[HeaderRow] = {
    use Cell::{Bool, Int, Present, Text};
    use HeaderVerdict::{Match, NoMatch, Refused};
    use Mode::{All, Any};
    &[
        condition(
            All,
            &[("n", Text("x"))],
            &[("n", Text("x")), ("b", Int(1))],
            Match,
        ),
        condition(
            All,
            &[("n", Text("x")), ("t", Int(1))],
            &[("n", Text("x"))],
            NoMatch,
        ),
        condition(
            Any,
            &[("a", Int(1)), ("b", Int(2))],
            &[("b", Int(2))],
            Match,
        ),
        condition(
            Any,
            &[("a", Int(1)), ("b", Int(2))],
            &[("b", Int(1))],
            NoMatch,
        ),
        condition(All, &[], &[("a", Int(1))], Refused),
        condition(Any, &[], &[("a", Int(1))], Refused),
        condition(All, &[("v", Bool(true))], &[("v", Text("true"))], NoMatch),
        condition(All, &[("v", Bool(true))], &[("v", Bool(true))], Match),
        condition(All, &[("v", Int(1))], &[("v", Text("1"))], NoMatch),
        condition(All, &[("v", Int(1))], &[("v", Int(1))], Match),
        condition(
            All,
            &[("x-foo", Int(1)), ("a", Int(1))],
            &[("a", Int(1))],
            Refused,
        ),
        condition(All, &[("a", Present)], &[("a", Text("any"))], Match),
        condition(All, &[("a", Present)], &[("b", Text("any"))], NoMatch),
        condition(
            All,
            &[("user_uuid:*", Bool(true))],
            &[("user_uuid:*", Bool(true))],
            Match,
        ),
        condition(
            All,
            &[("user_uuid:*", Bool(true))],
            &[("user_uuid:u1", Bool(true))],
            NoMatch,
        ),
    ]
};

impl Cell {
    /// The value, for a header.
    ///
    /// # Panics
    /// For [`Cell::Present`], which is no value.
    pub fn value(self) -> Value {
        match self {
            Self::Text(text) => Value::from(text),
            Self::Bool(truth) => Value::from(truth),
            Self::Int(number) => Value::from(number),
            Self::Present => panic!("`Present` belongs into conditions"),
        }
    }
}

impl HeaderRow {
    /// The condition, with `rename` applied to the names.
    ///
    /// # Errors
    /// [`BindingError`] for the rows that are to be refused.
    pub fn condition(
        &self,
        rename: impl Fn(&str) -> String,
    ) -> Result<HeaderCondition, BindingError> {
        let tests = self.tests.iter().map(|(name, cell)| match cell {
            Cell::Present => HeaderTest::present(rename(name)),
            cell => HeaderTest::equals(rename(name), cell.value()),
        });
        match self.mode {
            Mode::All => HeaderCondition::all(tests),
            Mode::Any => HeaderCondition::any(tests),
        }
    }

    /// The headers of the event, with `rename` applied to the names.
    ///
    /// # Panics
    /// When a row names a header that cannot exist.
    pub fn headers(&self, rename: impl Fn(&str) -> String) -> Headers {
        let headers = self
            .headers
            .iter()
            .map(|(name, cell)| (rename(name), cell.value()));
        Headers::try_from_iter(headers).expect("the table holds headers that can exist")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trunkline_core::{KeyPattern, RoutingKey};

    #[test]
    fn the_reference_matcher_agrees_with_the_table_of_keys() {
        for row in KEYS {
            let pattern = KeyPattern::new(row.pattern).unwrap();
            match row.verdict {
                KeyVerdict::KeyRefused => assert!(RoutingKey::new(row.key).is_err(), "{row:?}"),
                verdict => {
                    let matches = pattern.matches(RoutingKey::new(row.key).unwrap().as_str());
                    assert_eq!(matches, verdict == KeyVerdict::Match, "{row:?}");
                }
            }
        }
    }

    #[test]
    fn the_reference_matcher_agrees_with_the_table_of_headers() {
        for row in HEADERS {
            let condition = row.condition(str::to_owned);
            match row.verdict {
                HeaderVerdict::Refused => assert!(condition.is_err(), "{row:?}"),
                verdict => {
                    let matches = condition.unwrap().matches(&row.headers(str::to_owned));
                    assert_eq!(matches, verdict == HeaderVerdict::Match, "{row:?}");
                }
            }
        }
    }
}
