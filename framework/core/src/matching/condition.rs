use std::fmt;

use super::BindingError;
use crate::headers::packed::{self, RawEntries, RawEntry};
use crate::headers::{Headers, Value, ValueRef, is_reserved_header};

/// What one header must be.
#[derive(Debug, Clone)]
pub struct HeaderTest {
    name: String,
    /// Null stands for "present"; asking for null itself is refused.
    wanted: Value,
    present: bool,
}

impl HeaderTest {
    /// Asks that the header equals `value`, with its type: `1` is not `"1"`, but is `1.0`.
    #[must_use]
    pub fn equals(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            wanted: value.into(),
            present: false,
        }
    }

    /// Asks that the header is there, whatever its value, null included.
    #[must_use]
    pub fn present(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            wanted: Value::Null,
            present: true,
        }
    }

    fn check(&self) -> Result<(), BindingError> {
        let name = || self.name.clone();
        if is_reserved_header(&self.name) {
            return Err(BindingError::ReservedHeader { name: name() });
        }
        match &self.wanted {
            Value::Null if !self.present => Err(BindingError::NullValue { name: name() }),
            wanted if wanted.as_ref() != wanted.as_ref() => {
                Err(BindingError::NotANumber { name: name() })
            }
            _ => Ok(()),
        }
    }
}

/// How many tests of a condition must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TestMode {
    /// Each of them.
    All,
    /// One or more.
    Any,
}

/// What the headers of an event must be.
///
/// # Examples
///
/// ```
/// use trunkline_core::{HeaderCondition, HeaderTest, Headers};
///
/// let condition = HeaderCondition::all([
///     HeaderTest::equals("name", "call_created"),
///     HeaderTest::present("tenant_uuid"),
/// ])?;
/// let headers = Headers::try_from_iter([("name", "call_created")])?;
/// assert!(!condition.matches(&headers));
/// # Ok::<(), trunkline_core::BindingError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderCondition {
    mode: TestMode,
    /// Packed entries, names not unique; a null value stands for "present".
    tests: Box<[u8]>,
}

impl HeaderCondition {
    /// Asks that every test holds.
    ///
    /// # Errors
    ///
    /// [`BindingError::NoTest`] without a test; [`BindingError::ReservedHeader`] for names with
    /// `x-`; [`BindingError::NullValue`] and [`BindingError::NotANumber`] for values that cannot be
    /// asked for; [`BindingError::Conflict`] for two values of one header; [`BindingError::Header`]
    /// for a header that cannot exist.
    pub fn all(tests: impl IntoIterator<Item = HeaderTest>) -> Result<Self, BindingError> {
        let condition = Self::new(TestMode::All, tests)?;
        let mut equals = condition.raw().filter(is_equals);
        while let Some(test) = equals.next() {
            let same_name = equals.clone().filter(|other| other.name == test.name);
            if same_name
                .into_iter()
                .any(|other| !other.value.equals(test.value))
            {
                let name = String::from_utf8_lossy(test.name).into_owned();
                return Err(BindingError::Conflict { name });
            }
        }
        drop(equals);
        Ok(condition)
    }

    /// Asks that one test holds, or more.
    ///
    /// # Errors
    ///
    /// As for [`all`](Self::all), but a header may be asked for several values.
    pub fn any(tests: impl IntoIterator<Item = HeaderTest>) -> Result<Self, BindingError> {
        Self::new(TestMode::Any, tests)
    }

    fn new(
        mode: TestMode,
        tests: impl IntoIterator<Item = HeaderTest>,
    ) -> Result<Self, BindingError> {
        let mut packed = Vec::new();
        for test in tests {
            test.check()?;
            let mut one = Headers::new();
            one.insert(&test.name, test.wanted)?;
            packed.extend(one.raw().flat_map(|entry| entry.whole).copied());
        }
        if packed.is_empty() {
            return Err(BindingError::NoTest);
        }
        Ok(Self {
            mode,
            tests: packed.into(),
        })
    }

    /// Tells whether `headers` fulfil the condition.
    #[must_use]
    pub fn matches(&self, headers: &Headers) -> bool {
        let holds = |test: RawEntry<'_>| {
            let found = headers.raw().find(|entry| entry.name == test.name);
            found.is_some_and(|found| !is_equals(&test) || found.value.equals(test.value))
        };
        match self.mode {
            TestMode::All => self.raw().all(holds),
            TestMode::Any => self.raw().any(holds),
        }
    }

    /// Tells how many tests must hold.
    #[must_use]
    pub fn mode(&self) -> TestMode {
        self.mode
    }

    /// Walks the tests: the name of a header, and the value it must equal or `None` for presence.
    pub fn tests(&self) -> impl Iterator<Item = (&str, Option<ValueRef<'_>>)> {
        let entries = crate::headers::TableRef::from_packed(&self.tests).iter();
        entries.map(|(name, value)| (name, (value != ValueRef::Null).then_some(value)))
    }

    pub(super) fn raw(&self) -> RawEntries<'_> {
        RawEntries(&self.tests)
    }
}

/// Tells whether a test asks for a value, and not for presence.
pub(super) fn is_equals(test: &RawEntry<'_>) -> bool {
    test.value.tag() != packed::NULL
}

impl fmt::Debug for HeaderCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ", self.mode)?;
        f.debug_map().entries(self.tests()).finish()
    }
}
