use super::{BindingError, HeaderCondition, Subject};
use crate::keys::{KeyPattern, NamePattern};

/// Which events are wanted: by name, by headers, by key, or by several of these at once.
///
/// An event matches when its name fits (if a name is asked for) **and** its headers do **and** one
/// of the key patterns does. An event without a name fits no name pattern, not even `*`.
///
/// # Examples
///
/// ```
/// use trunkline_core::{Binding, HeaderCondition, HeaderTest, Headers, Subject};
///
/// let binding = Binding::builder()
///     .name("call_*")
///     .headers(HeaderCondition::all([HeaderTest::equals("user_uuid:*", true)])?)
///     .key("calls.#")
///     .build()?;
///
/// let headers = Headers::try_from_iter([("user_uuid:*", true)])?;
/// let subject = Subject { name: Some("call_created"), key: "calls.1.created", headers: &headers };
/// assert!(binding.matches(&subject));
/// # Ok::<(), trunkline_core::BindingError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    name: Option<NamePattern>,
    headers: Option<HeaderCondition>,
    keys: Keys,
}

/// Key patterns; the usual one is held without an allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Keys {
    Any,
    One(KeyPattern),
    Several(Box<[KeyPattern]>),
}

impl From<Vec<KeyPattern>> for Keys {
    fn from(mut keys: Vec<KeyPattern>) -> Self {
        match (keys.pop(), keys.is_empty()) {
            (None, _) => Self::Any,
            (Some(only), true) => Self::One(only),
            (Some(last), false) => {
                keys.push(last);
                Self::Several(keys.into())
            }
        }
    }
}

impl Binding {
    /// Begins a binding with conditions.
    pub fn builder() -> BindingBuilder {
        BindingBuilder {
            made: Ok(Self::everything()),
            keys: Vec::new(),
        }
    }

    /// Makes the binding that every event matches.
    #[must_use]
    pub fn everything() -> Self {
        Self {
            name: None,
            headers: None,
            keys: Keys::Any,
        }
    }

    /// Tells whether an event matches.
    #[must_use]
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.matches_name(subject.name)
            && self
                .headers
                .as_ref()
                .is_none_or(|headers| headers.matches(subject.headers))
            && self.matches_key(subject.key)
    }

    /// Tells whether the name is as wanted, whatever the key and the headers.
    pub(super) fn matches_name(&self, name: Option<&str>) -> bool {
        let wants = |pattern: &NamePattern| name.is_some_and(|name| pattern.matches(name));
        self.name.as_ref().is_none_or(wants)
    }

    /// Tells whether the key is as wanted, whatever the name and the headers.
    pub(super) fn matches_key(&self, key: &str) -> bool {
        self.keys().is_empty() || self.keys().iter().any(|pattern| pattern.matches(key))
    }

    /// The wanted names, unless any will do.
    #[must_use]
    pub fn name(&self) -> Option<&NamePattern> {
        self.name.as_ref()
    }

    /// The wanted headers, unless any will do.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderCondition> {
        self.headers.as_ref()
    }

    /// The wanted keys, any of which suffices; none when any key will do.
    #[must_use]
    pub fn keys(&self) -> &[KeyPattern] {
        match &self.keys {
            Keys::Any => &[],
            Keys::One(key) => std::slice::from_ref(key),
            Keys::Several(keys) => keys,
        }
    }

    /// Tells whether every event matches because there is no condition.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.name.is_none() && self.headers.is_none() && self.keys().is_empty()
    }

    /// Tells whether nothing but the name decides, if anything does.
    pub(super) fn is_name_alone(&self) -> bool {
        self.headers.is_none() && self.keys().is_empty()
    }

    /// Tells whether nothing but the key decides.
    pub(super) fn is_key_alone(&self) -> bool {
        self.name.is_none() && self.headers.is_none() && !self.keys().is_empty()
    }
}

impl From<NamePattern> for Binding {
    fn from(name: NamePattern) -> Self {
        Self {
            name: Some(name),
            ..Self::everything()
        }
    }
}

impl From<HeaderCondition> for Binding {
    fn from(headers: HeaderCondition) -> Self {
        Self {
            headers: Some(headers),
            ..Self::everything()
        }
    }
}

impl From<KeyPattern> for Binding {
    fn from(key: KeyPattern) -> Self {
        Self {
            keys: Keys::One(key),
            ..Self::everything()
        }
    }
}

/// Builds a [`Binding`]; what is wrong is told at the end.
#[derive(Debug)]
#[must_use]
pub struct BindingBuilder {
    made: Result<Binding, BindingError>,
    keys: Vec<KeyPattern>,
}

impl BindingBuilder {
    /// Asks for an event name or a glob of names.
    pub fn name<P>(self, pattern: P) -> Self
    where
        P: TryInto<NamePattern, Error: Into<BindingError>>,
    {
        self.and(|binding, _| {
            let pattern = pattern.try_into().map_err(Into::into)?;
            set("name pattern", &mut binding.name, pattern)
        })
    }

    /// Asks for headers.
    pub fn headers(self, condition: HeaderCondition) -> Self {
        self.and(|binding, _| set("header condition", &mut binding.headers, condition))
    }

    /// Asks for keys that match `pattern`, or another one that is given too.
    pub fn key<P>(self, pattern: P) -> Self
    where
        P: TryInto<KeyPattern, Error: Into<BindingError>>,
    {
        self.and(|_, keys| {
            let pattern = pattern.try_into().map_err(Into::into)?;
            if !keys.contains(&pattern) {
                keys.push(pattern);
            }
            Ok(())
        })
    }

    /// Asks for keys that match one of `patterns`, or another one that is given too.
    pub fn keys<P>(self, patterns: impl IntoIterator<Item = P>) -> Self
    where
        P: TryInto<KeyPattern, Error: Into<BindingError>>,
    {
        patterns.into_iter().fold(self, Self::key)
    }

    /// Ends the binding.
    ///
    /// # Errors
    ///
    /// What went wrong first: [`BindingError::Pattern`] for a malformed pattern,
    /// [`BindingError::Twice`] for a second name or header condition, [`BindingError::NoCondition`]
    /// when nothing was asked for.
    pub fn build(self) -> Result<Binding, BindingError> {
        let mut binding = self.made?;
        binding.keys = self.keys.into();
        if binding.is_everything() {
            Err(BindingError::NoCondition)
        } else {
            Ok(binding)
        }
    }

    fn and(
        mut self,
        step: impl FnOnce(&mut Binding, &mut Vec<KeyPattern>) -> Result<(), BindingError>,
    ) -> Self {
        if let Ok(binding) = &mut self.made
            && let Err(error) = step(binding, &mut self.keys)
        {
            self.made = Err(error);
        }
        self
    }
}

fn set<T>(what: &'static str, place: &mut Option<T>, value: T) -> Result<(), BindingError> {
    match place.replace(value) {
        Some(_) => Err(BindingError::Twice { what }),
        None => Ok(()),
    }
}
