//! What the broker is told of a binding.

use std::collections::HashSet;

use lapin::types::{AMQPValue, FieldTable, ShortString};
use trunkline_core::{Binding, HeaderCondition, TestMode, ValueKind, ValueRef};

use super::{everything, keys_exchange};
use crate::codec::to_amqp;
use crate::config::{Exchange, ExchangeType};

/// Most header bindings of one subscription. Each costs every publisher on the exchange, whether
/// its events match or not; with so many they keep about 0.8 of their rate, and the broker spends a
/// third of what it would on handing over an event that is not wanted (`BENCHMARKS.md`, "Bindings").
/// A subscription with more of them asks for more than it wants, and looks at what comes itself.
const MOST_HEADER_BINDINGS: usize = 8;

/// A binding as the broker has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Native {
    pub(crate) exchange: String,
    pub(crate) key: String,
    pub(crate) arguments: FieldTable,
}

/// What the broker is told of a subscription's bindings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) natives: Vec<Native>,
    /// Whether the broker then sends just what is wanted; otherwise more.
    pub(crate) exact: bool,
    pub(crate) choice: Choice,
}

/// How closely the broker is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// As closely as it can.
    Closely,
    /// By key alone where a binding has keys: with conditions on names or headers, there would be
    /// too many header bindings.
    ByKey,
    /// For everything: there would be too many header bindings.
    Everything,
}

impl Plan {
    pub(crate) fn of(bindings: &[Binding], exchange: &Exchange) -> Self {
        if bindings.iter().any(Binding::is_everything) {
            // Nothing else need be asked for.
            let (natives, exact) = natives(&Binding::everything(), exchange, Choice::Closely);
            return Self {
                natives,
                exact,
                choice: Choice::Closely,
            };
        }
        // The topic exchange beside it is as fast with ten thousand bindings as with one.
        Self::with(bindings, exchange, Choice::Closely)
            .or_else(|| Self::with(bindings, exchange, Choice::ByKey))
            .unwrap_or_else(|| Self {
                natives: vec![wide(exchange)],
                exact: false,
                choice: Choice::Everything,
            })
    }

    /// The plan of a choice; `None` if it would cost the exchange's publishers too much.
    fn with(bindings: &[Binding], exchange: &Exchange, choice: Choice) -> Option<Self> {
        let (mut by_headers, mut by_key) = (Vec::new(), Vec::new());
        let mut keys = HashSet::new();
        let mut exact = true;
        for binding in bindings {
            let (natives, is_exact) = natives(binding, exchange, choice);
            exact &= is_exact;
            for native in natives {
                let costly =
                    exchange.kind == ExchangeType::Headers && native.exchange == exchange.name;
                if !costly && keys.insert(native.key.clone()) {
                    by_key.push(native);
                } else if costly && !by_headers.contains(&native) {
                    by_headers.push(native);
                }
            }
            if by_headers.len() > MOST_HEADER_BINDINGS {
                return None;
            }
        }
        by_headers.append(&mut by_key);
        Some(Self {
            natives: by_headers,
            exact,
            choice,
        })
    }

    fn header_bindings(&self, exchange: &Exchange) -> usize {
        let on_it = |native: &&Native| native.exchange == exchange.name;
        self.natives.iter().filter(on_it).count()
    }

    /// What was chosen and why, in words.
    pub(crate) fn how(&self, exchange: &Exchange) -> String {
        let name = &exchange.name;
        let rest = match self.exact {
            true => "the broker sends what is wanted and nothing else",
            false => "the broker sends more than is wanted, and the rest is left out here",
        };
        let why = format!(
            "more than {MOST_HEADER_BINDINGS} header bindings would slow every publisher on it"
        );
        match (exchange.kind, self.choice) {
            (ExchangeType::Topic, _) => {
                format!("by key on the topic exchange `{name}`; {rest}")
            }
            (ExchangeType::Headers, Choice::Closely) => {
                let (headers, all) = (self.header_bindings(exchange), self.natives.len());
                let keys = all - headers;
                format!(
                    "{headers} by headers on `{name}`, {keys} by key on `{}`; {rest}",
                    keys_exchange(name)
                )
            }
            (ExchangeType::Headers, Choice::ByKey) => format!(
                "by key on `{}` instead of by headers on `{name}`, as {why}; {rest}",
                keys_exchange(name)
            ),
            (ExchangeType::Headers, Choice::Everything) => {
                format!("everything of `{name}`, as {why}; {rest}")
            }
        }
    }
}

/// What the broker is asked for of one binding, and whether that is just what is wanted. What goes by
/// key is of one exchange.
fn natives(binding: &Binding, exchange: &Exchange, choice: Choice) -> (Vec<Native>, bool) {
    let beside = || by_keys(binding, &keys_exchange(&exchange.name));
    match exchange.kind {
        ExchangeType::Topic => (by_keys(binding, &exchange.name), is_key_alone(binding)),
        ExchangeType::Headers if binding.is_everything() => (vec![wide(exchange)], true),
        ExchangeType::Headers if is_key_alone(binding) => (beside(), true),
        ExchangeType::Headers if choice == Choice::ByKey && !binding.keys().is_empty() => {
            (beside(), false)
        }
        ExchangeType::Headers => by_headers(binding, exchange),
    }
}

fn is_key_alone(binding: &Binding) -> bool {
    binding.name().is_none() && binding.headers().is_none()
}

fn wide(exchange: &Exchange) -> Native {
    Native {
        exchange: exchange.name.clone(),
        key: String::new(),
        arguments: everything(),
    }
}

fn by_keys(binding: &Binding, exchange: &str) -> Vec<Native> {
    let native = |key: &str| Native {
        exchange: exchange.to_owned(),
        key: key.to_owned(),
        arguments: FieldTable::default(),
    };
    match binding.keys() {
        [] => vec![native("#")],
        keys => keys.iter().map(|key| native(key.as_str())).collect(),
    }
}

/// A binding with conditions on name or headers, on a headers exchange; whether it is exact.
fn by_headers(binding: &Binding, exchange: &Exchange) -> (Vec<Native>, bool) {
    let native = |arguments| Native {
        exchange: exchange.name.clone(),
        key: String::new(),
        arguments,
    };
    let mut exact = binding.keys().is_empty();
    let mut all = everything();
    if let Some(name) = binding.name() {
        exact &= name.is_exact();
        let wanted = match name.is_exact() {
            true => AMQPValue::LongString(name.as_str().into()),
            // RabbitMQ takes a void value for presence.
            false => AMQPValue::Void,
        };
        all.insert("name".into(), wanted);
    }
    let Some(condition) = binding.headers() else {
        return (vec![native(all)], exact);
    };
    match condition.mode() {
        TestMode::All => {
            for (name, value) in condition.tests() {
                exact &= insert(&mut all, name, value);
            }
            (vec![native(all)], exact)
        }
        TestMode::Any if binding.name().is_some() => (vec![native(all)], false),
        TestMode::Any => any(condition, &native, exact),
    }
}

/// One binding for all tests of an *any*, or one for each where a header is asked for twice.
fn any(
    condition: &HeaderCondition,
    native: &dyn Fn(FieldTable) -> Native,
    mut exact: bool,
) -> (Vec<Native>, bool) {
    let mut together = FieldTable::default();
    together.insert("x-match".into(), AMQPValue::LongString("any".into()));
    let mut apart = Vec::new();
    for (name, value) in condition.tests() {
        let mut alone = everything();
        if !insert(&mut alone, name, value) {
            // Nothing the broker could ask for: let everything come.
            return (vec![native(everything())], false);
        }
        let twice = together.contains_key(name);
        exact &= insert(&mut together, name, value) || twice;
        apart.push((twice, native(alone)));
    }
    if apart.iter().any(|(twice, _)| *twice) {
        return (apart.into_iter().map(|(_, native)| native).collect(), exact);
    }
    (vec![native(together)], exact)
}

/// Adds a test; false if the broker cannot be asked for it.
fn insert(arguments: &mut FieldTable, name: &str, value: Option<ValueRef<'_>>) -> bool {
    let asked = match value {
        None => AMQPValue::Void,
        // How RabbitMQ compares these is nowhere promised.
        Some(value)
            if matches!(
                value.kind(),
                ValueKind::List | ValueKind::Table | ValueKind::Bytes
            ) =>
        {
            return false;
        }
        Some(value) => to_amqp(value),
    };
    let name = ShortString::from(name);
    // Two tests of one header: the stronger of them is enough, if both must hold.
    if arguments.contains_key(name.as_str()) && asked == AMQPValue::Void {
        return true;
    }
    let stronger = arguments
        .inner()
        .get(name.as_str())
        .is_none_or(|there| *there == AMQPValue::Void || *there == asked);
    if stronger {
        arguments.insert(name, asked);
    }
    stronger
}

#[cfg(test)]
mod tests {
    use trunkline_core::HeaderTest;

    use super::*;

    fn headers_exchange() -> Exchange {
        Exchange::headers("wazo-headers")
    }

    fn named(name: &str) -> Binding {
        Binding::builder().name(name).build().unwrap()
    }

    #[test]
    fn keys_on_a_headers_exchange_go_by_the_topic_exchange_beside_it() {
        let binding = Binding::builder().key("calls.#").build().unwrap();
        let plan = Plan::of(&[binding], &headers_exchange());
        assert!(plan.exact);
        assert_eq!(plan.natives[0].exchange, "wazo-headers.keys");
        assert_eq!(plan.natives[0].key, "calls.#");
    }

    #[test]
    fn a_name_is_a_header_condition_and_a_glob_asks_for_presence() {
        let plan = Plan::of(&[named("call_created")], &headers_exchange());
        assert!(plan.exact);
        let asked = plan.natives[0].arguments.inner().get("name").unwrap();
        assert_eq!(*asked, AMQPValue::LongString("call_created".into()));
        let plan = Plan::of(&[named("call_*")], &headers_exchange());
        assert!(!plan.exact);
        let asked = plan.natives[0].arguments.inner().get("name").unwrap();
        assert_eq!(*asked, AMQPValue::Void);
    }

    #[test]
    fn many_names_leave_one_wide_binding() {
        let names: Vec<_> = (0..500).map(|n| named(&format!("event_{n}"))).collect();
        let plan = Plan::of(&names, &headers_exchange());
        assert!(!plan.exact);
        assert_eq!(plan.natives, [wide(&headers_exchange())]);
        let plan = Plan::of(&names[..8], &headers_exchange());
        assert!(plan.exact);
        assert_eq!(plan.natives.len(), 8);
    }

    #[test]
    fn many_names_with_keys_go_by_key() {
        let with_key = |n: usize| {
            let binding = Binding::builder().name(format!("event_{n}").as_str());
            binding
                .key(format!("calls.{n}.#").as_str())
                .build()
                .unwrap()
        };
        let few: Vec<_> = (0..8).map(with_key).collect();
        let plan = Plan::of(&few, &headers_exchange());
        assert_eq!(plan.choice, Choice::Closely);
        let many: Vec<_> = (0..500).map(with_key).collect();
        let plan = Plan::of(&many, &headers_exchange());
        assert_eq!((plan.choice, plan.exact), (Choice::ByKey, false));
        assert_eq!(plan.natives.len(), 500);
        assert!(
            plan.natives
                .iter()
                .all(|native| native.exchange == "wazo-headers.keys")
        );
        let names = (0..9).map(|n| named(&format!("event_{n}")));
        let mixed: Vec<_> = many.into_iter().chain(names).collect();
        let plan = Plan::of(&mixed, &headers_exchange());
        assert_eq!(plan.choice, Choice::Everything);
        assert_eq!(plan.natives, [wide(&headers_exchange())]);
    }

    #[test]
    fn whoever_wants_everything_asks_for_nothing_else() {
        let mut all: Vec<_> = (0..500).map(|n| named(&format!("event_{n}"))).collect();
        all.push(Binding::everything());
        let plan = Plan::of(&all, &headers_exchange());
        assert!(plan.exact);
        assert_eq!(plan.natives, [wide(&headers_exchange())]);
        let plan = Plan::of(&all, &Exchange::topic("events"));
        assert_eq!((plan.natives[0].key.as_str(), plan.exact), ("#", true));
        assert_eq!(plan.natives.len(), 1);
    }

    #[test]
    fn an_any_that_asks_one_header_twice_is_two_bindings() {
        let tests = [HeaderTest::equals("a", 1), HeaderTest::equals("a", 2)];
        let binding = Binding::from(HeaderCondition::any(tests).unwrap());
        let plan = Plan::of(&[binding], &headers_exchange());
        assert!(plan.exact);
        assert_eq!(plan.natives.len(), 2);
    }
}
