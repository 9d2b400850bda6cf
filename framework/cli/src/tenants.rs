//! One tenant's events, told of another.

use std::str::FromStr;

use trunkline::{
    Envelope, HeaderError, Headers, KeyError, RoutingKey, Value, ValueRef, escape_segment,
};

use crate::dialects::{DialectName, Fault};

/// `OLD=NEW`, as `--tenant-map` takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantPair {
    old: String,
    new: String,
}

impl FromStr for TenantPair {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text.split_once('=') {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => Ok(Self {
                old: old.to_owned(),
                new: new.to_owned(),
            }),
            _ => Err("write `OLD=NEW`, each the identifier of a tenant"),
        }
    }
}

/// Replaces tenants wherever an event names them: in headers, in the body's texts, in the key.
///
/// A tenant is replaced where it stands as a whole word, all of them at once, so that two may
/// change places.
#[derive(Debug, Clone, Default)]
pub(crate) struct TenantMap(Vec<Words>);

/// A word to be replaced: by one text among others, by another within a dotted key.
#[derive(Debug, Clone)]
struct Words {
    old: String,
    new: String,
    new_in_key: String,
}

impl TenantMap {
    /// Replaces these, in text of a dialect.
    pub(crate) fn new(pairs: &[TenantPair], dialect: DialectName) -> Self {
        let escape = |text: &str| match dialect {
            DialectName::Wazo => text
                .replace('.', "__DOT__")
                .replace('#', "__HASH__")
                .replace('*', "__STAR__"),
            DialectName::Kazoo => trunkline::kazoo::encode_word(text),
            DialectName::Plain | DialectName::CloudEvents(_) => escape_segment(text).into_owned(),
        };
        // Keys and access strings hold a tenant as its dialect escapes it.
        let forms = |pair: &TenantPair| {
            let new_in_key = escape(&pair.new);
            let plain = Words {
                old: pair.old.clone(),
                new: pair.new.clone(),
                new_in_key: new_in_key.clone(),
            };
            let escaped = Words {
                old: escape(&pair.old),
                new: new_in_key.clone(),
                new_in_key,
            };
            [plain, escaped]
        };
        Self(pairs.iter().flat_map(forms).collect())
    }

    /// Replaces the tenants an event names.
    pub(crate) fn apply(&self, envelope: Envelope) -> Result<Envelope, Fault> {
        if self.0.is_empty() {
            return Ok(envelope);
        }
        let key = self
            .key(envelope.routing_key())
            .map_err(|error| Fault::new("routing_key", error))?;
        let headers = self
            .headers(envelope.headers().iter())
            .map_err(|error| Fault::new("headers", error))?;
        let body = std::str::from_utf8(envelope.body())
            .ok()
            .and_then(|body| self.body(body));
        let envelope = match body {
            Some(body) => envelope.with_body(body),
            None => envelope,
        };
        Ok(envelope.with_routing_key(key).with_headers(headers))
    }

    fn key(&self, key: &RoutingKey) -> Result<RoutingKey, KeyError> {
        match self.replace(key.as_str(), true) {
            Some(text) => RoutingKey::verbatim(text),
            None => Ok(key.clone()),
        }
    }

    fn headers<'h>(
        &self,
        headers: impl Iterator<Item = (&'h str, ValueRef<'h>)>,
    ) -> Result<Headers, HeaderError> {
        let mut mapped = Headers::new();
        for (name, value) in headers {
            let name = self.words(name).unwrap_or_else(|| name.to_owned());
            mapped.insert(&name, self.value(value)?)?;
        }
        Ok(mapped)
    }

    fn value(&self, value: ValueRef<'_>) -> Result<Value, HeaderError> {
        Ok(match value {
            ValueRef::Text(text) => {
                Value::Text(self.words(text).unwrap_or_else(|| text.to_owned()))
            }
            ValueRef::List(values) => {
                let values = values.iter().map(|value| self.value(value));
                Value::List(values.collect::<Result<_, _>>()?)
            }
            ValueRef::Table(table) => Value::Table(self.headers(table.iter())?),
            other => other.to_value(),
        })
    }

    /// The body with its texts replaced, if any was. In JSON the texts are the strings, so that
    /// a tenant called `1` leaves numbers alone.
    fn body(&self, body: &str) -> Option<String> {
        if serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() {
            return self.words(body);
        }
        let (mut out, mut rest, mut changed) = (String::with_capacity(body.len()), body, false);
        while let Some(start) = rest.find('"') {
            let (before, literal) = rest.split_at(start);
            let (literal, after) = literal.split_at(literal_len(literal));
            let text: Option<String> = serde_json::from_str(literal).ok();
            let mapped = text.and_then(|text| self.words(&text));
            let mapped = mapped.and_then(|text| serde_json::to_string(&text).ok());
            changed |= mapped.is_some();
            out.push_str(before);
            out.push_str(mapped.as_deref().unwrap_or(literal));
            rest = after;
        }
        out.push_str(rest);
        changed.then_some(out)
    }

    /// The text with whole words replaced, if any was.
    fn words(&self, text: &str) -> Option<String> {
        self.replace(text, false)
    }

    /// The same, for text that is a key or may hold one: what stands next to a dot is part of one.
    fn replace(&self, text: &str, is_key: bool) -> Option<String> {
        let (mut out, mut rest, mut before) = (String::new(), text, None);
        let mut changed = false;
        while let Some(first) = rest.chars().next() {
            let fits = |words: &&Words| {
                let after = rest.strip_prefix(words.old.as_str());
                after.is_some_and(|after| !after.starts_with(is_word))
            };
            let begins = before.is_none_or(|before| !is_word(before));
            if let Some(words) = self.0.iter().find(fits).filter(|_| begins) {
                rest = &rest[words.old.len()..];
                let in_key = is_key || before == Some('.') || rest.starts_with('.');
                out.push_str(if in_key {
                    &words.new_in_key
                } else {
                    &words.new
                });
                before = words.old.chars().next_back();
                changed = true;
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                before = Some(first);
            }
        }
        changed.then_some(out)
    }
}

/// What identifiers are made of: next to one of these, a text is part of a longer one.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Bytes of the string literal that valid JSON begins with here, quotes included.
fn literal_len(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[&str]) -> TenantMap {
        let pairs: Vec<_> = pairs.iter().map(|pair| pair.parse().unwrap()).collect();
        TenantMap::new(&pairs, DialectName::Wazo)
    }

    #[test]
    fn whole_words_are_replaced_and_no_others() {
        let map = map(&["acme=globex"]);
        for (text, mapped) in [
            ("acme", Some("globex")),
            ("tenants.acme.created", Some("tenants.globex.created")),
            ("acme acme", Some("globex globex")),
            ("acme-2", None),
            ("xacme", None),
            ("acmé", None),
            ("", None),
        ] {
            assert_eq!(map.words(text).as_deref(), mapped, "{text}");
        }
    }

    #[test]
    fn two_tenants_may_change_places() {
        assert_eq!(map(&["a=b", "b=a"]).words("a.b").as_deref(), Some("b.a"));
    }

    #[test]
    fn only_the_strings_of_json_are_replaced_and_the_rest_stays_to_the_byte() {
        let body = r#"{ "1": 1, "n": 1e2, "t":["1", "x \"1\" \u0031"] }"#;
        let mapped = r#"{ "2": 1, "n": 1e2, "t":["2", "x \"2\" 2"] }"#;
        assert_eq!(map(&["1=2"]).body(body).as_deref(), Some(mapped));
    }

    #[test]
    fn an_escaped_tenant_is_replaced_by_an_escaped_one() {
        let key = RoutingKey::verbatim("edge.ten__DOT__ant.x").unwrap();
        assert_eq!(
            map(&["ten.ant=o.ther"]).key(&key).unwrap().as_str(),
            "edge.o__DOT__ther.x"
        );
    }

    #[test]
    fn a_tenant_is_escaped_within_a_key_and_nowhere_else() {
        let map = map(&["acme=o.ther"]);
        assert_eq!(map.words("acme").as_deref(), Some("o.ther"));
        let acl = "events.tenants.acme.created";
        assert_eq!(
            map.words(acl).as_deref(),
            Some("events.tenants.o__DOT__ther.created")
        );
        let key = RoutingKey::new("acme").unwrap();
        assert_eq!(map.key(&key).unwrap().as_str(), "o__DOT__ther");
    }

    #[test]
    fn headers_are_replaced_with_their_types_kept() {
        let headers = Headers::try_from_iter([
            ("tenant_uuid", Value::from("acme")),
            ("user_uuid:acme", Value::from(true)),
            ("list", Value::List(vec!["acme".into(), 1.into()])),
        ]);
        let envelope =
            Envelope::new(RoutingKey::new("a").unwrap(), "acme").with_headers(headers.unwrap());
        let mapped = map(&["acme=b"]).apply(envelope).unwrap();
        assert_eq!(mapped.headers().text("tenant_uuid"), Some("b"));
        assert_eq!(
            mapped.headers().get("user_uuid:b"),
            Some(ValueRef::Bool(true))
        );
        let list = Value::List(vec!["b".into(), 1.into()]);
        assert_eq!(mapped.headers().get("list"), Some(list.as_ref()));
        assert_eq!(mapped.body().as_ref(), b"b");
    }
}
