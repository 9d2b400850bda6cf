//! Leaving out what the broker sends and nobody wants.

use std::collections::HashSet;

use lapin::BasicProperties;
use trunkline_core::{Binding, BindingIndex, Envelope, Subject};

use crate::codec::text;

/// Keeps what is wanted. It may see every event of an exchange, so that it must be quick, however
/// many bindings there are.
pub(super) struct Sieve {
    bindings: BindingIndex<()>,
    /// All names there are, if every binding asks for one.
    names: Option<HashSet<Box<str>>>,
}

impl Sieve {
    pub(super) fn of(wanted: &[Binding]) -> Self {
        let mut bindings = BindingIndex::new();
        for binding in wanted {
            bindings.insert(binding.clone(), ());
        }
        let name = |binding: &Binding| {
            let name = binding.name().filter(|name| name.is_exact());
            name.map(|name| name.as_str().into())
        };
        Self {
            bindings,
            names: wanted.iter().map(name).collect(),
        }
    }

    /// Whether a delivery may pass: reading it whole would take more than all else that is done
    /// with one that does not.
    pub(super) fn may_pass(&self, properties: &BasicProperties) -> bool {
        let Some(names) = &self.names else {
            return true;
        };
        let headers = properties.headers().as_ref();
        let name = headers.and_then(|headers| headers.inner().get("name"));
        name.and_then(text).is_some_and(|name| names.contains(name))
    }

    pub(super) fn passes(&self, envelope: &Envelope) -> bool {
        let subject = Subject {
            name: envelope.headers().text("name"),
            key: envelope.routing_key().as_str(),
            headers: envelope.headers(),
        };
        let mut wanted = false;
        self.bindings.for_each_match(&subject, |()| wanted = true);
        wanted
    }
}

#[cfg(test)]
mod tests {
    use lapin::types::{AMQPValue, FieldTable};

    use super::*;
    use crate::codec::decode;

    fn named(name: &str) -> Binding {
        Binding::builder().name(name).build().unwrap()
    }

    fn properties(name: Option<&str>) -> BasicProperties {
        let mut headers = FieldTable::default();
        if let Some(name) = name {
            headers.insert("name".into(), AMQPValue::LongString(name.into()));
        }
        BasicProperties::default().with_headers(headers)
    }

    #[test]
    fn what_is_left_out_unread_would_be_left_out_read() {
        let by_key = Binding::builder().key("calls.#").build().unwrap();
        for wanted in [
            vec![named("a"), named("b")],
            vec![named("a"), named("b*")],
            vec![named("a"), by_key],
        ] {
            let sieve = Sieve::of(&wanted);
            for name in [None, Some("a"), Some("b"), Some("bb"), Some("c")] {
                let properties = properties(name);
                let read = decode("calls.1", &properties, Vec::new());
                let wants = |binding: &Binding| {
                    binding.matches(&Subject {
                        name,
                        key: "calls.1",
                        headers: read.envelope.headers(),
                    })
                };
                let is_wanted = wanted.iter().any(wants);
                assert_eq!(sieve.passes(&read.envelope), is_wanted, "{name:?}");
                assert!(sieve.may_pass(&properties) || !is_wanted, "{name:?}");
            }
        }
        let sieve = Sieve::of(&[named("a"), named("b")]);
        assert!(!sieve.may_pass(&properties(Some("c"))));
        assert!(!sieve.may_pass(&properties(None)));
    }
}
