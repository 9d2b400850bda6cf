//! Equality as the suite means it: nothing dropped, nothing retyped.

use std::time::{Duration, SystemTime};

use trunkline_core::{Envelope, Headers, Properties, ValueRef};

/// Times may lose what is below a millisecond: not every wire has room for more.
const CLOSE_ENOUGH: Duration = Duration::from_millis(1);

/// Holds that an envelope arrived as it was sent.
///
/// # Panics
/// When key, body, headers or properties differ.
#[track_caller]
pub fn assert_same(sent: &Envelope, got: &Envelope) {
    assert_eq!(
        got.routing_key(),
        sent.routing_key(),
        "the routing key changed"
    );
    assert!(
        got.body() == sent.body(),
        "the body changed: {} bytes sent, {} received",
        sent.body().len(),
        got.body().len()
    );
    assert_same_headers(sent.headers(), got.headers());
    assert_same_properties(sent.properties(), got.properties());
}

/// Holds that headers arrived as they were sent: the same names, types and values, in whatever
/// order.
///
/// # Panics
/// When one is missing, added or changed.
#[track_caller]
pub fn assert_same_headers(sent: &Headers, got: &Headers) {
    for (name, value) in sent.iter() {
        match got.get(name) {
            None => panic!("the header `{name}` was dropped"),
            Some(found) => assert!(
                is_identical(value, found),
                "the header `{name}` changed: {:?} {value:?} sent, {:?} {found:?} received",
                value.kind(),
                found.kind()
            ),
        }
    }
    let added: Vec<_> = got
        .iter()
        .map(|(name, _)| name)
        .filter(|n| !sent.contains(n))
        .collect();
    assert!(added.is_empty(), "headers were added: {added:?}");
}

/// Whether two values are the same and of the same type: `1` is not `1.0` here, and a NaN is
/// itself.
fn is_identical(a: ValueRef<'_>, b: ValueRef<'_>) -> bool {
    match (a, b) {
        (ValueRef::Float(a), ValueRef::Float(b)) => a.to_bits() == b.to_bits(),
        (ValueRef::List(a), ValueRef::List(b)) => {
            a.iter().count() == b.iter().count()
                && a.iter().zip(b.iter()).all(|(a, b)| is_identical(a, b))
        }
        (ValueRef::Table(a), ValueRef::Table(b)) => {
            let same = |(name, value)| b.get(name).is_some_and(|found| is_identical(value, found));
            a.iter().count() == b.iter().count() && a.iter().all(same)
        }
        (a, b) => a.kind() == b.kind() && a == b,
    }
}

#[track_caller]
fn assert_same_properties(sent: &Properties, got: &Properties) {
    assert_eq!(got.id(), sent.id(), "the event id changed");
    let texts = |p: &Properties| {
        [
            ("content type", p.content_type().map(str::to_owned)),
            ("content encoding", p.content_encoding().map(str::to_owned)),
            ("correlation id", p.correlation_id().map(str::to_owned)),
            ("causation id", p.causation_id().map(str::to_owned)),
            ("reply place", p.reply_to().map(str::to_owned)),
            ("kind", p.kind().map(str::to_owned)),
            ("app id", p.app_id().map(str::to_owned)),
        ]
    };
    for ((what, sent), (_, got)) in texts(sent).into_iter().zip(texts(got)) {
        assert_eq!(got, sent, "the {what} changed");
    }
    match (sent.timestamp(), got.timestamp()) {
        (Some(sent), Some(got)) => {
            assert!(
                apart(sent, got) <= CLOSE_ENOUGH,
                "the time changed: {sent:?}, now {got:?}"
            );
        }
        (sent, got) => assert_eq!(got, sent, "the time changed"),
    }
}

fn apart(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b)
        .unwrap_or_else(|earlier| earlier.duration())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trunkline_core::Value;

    #[test]
    fn types_count() {
        let with = |value: Value| Headers::try_from_iter([("h", value)]).unwrap();
        for (a, b) in [
            (Value::Int(1), Value::Float(1.0)),
            (
                Value::List(vec![Value::Int(1)]),
                Value::List(vec![Value::Float(1.0)]),
            ),
            (Value::Null, Value::Bool(false)),
            (Value::Text("1".into()), Value::Int(1)),
        ] {
            assert_same_headers(&with(a.clone()), &with(a.clone()));
            let changed = std::panic::catch_unwind(|| assert_same_headers(&with(a), &with(b)));
            assert!(changed.is_err());
        }
        let nan = with(Value::Float(f64::NAN));
        assert_same_headers(&nan, &nan);
    }
}
