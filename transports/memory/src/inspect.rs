//! What a broker in memory would hold. There is nothing to look at: it lives in its process.

use std::time::Duration;

use async_trait::async_trait;
use trunkline_core::{
    Binding, Capabilities, Headers, Inspector, Lasting, Matching, Part, PartState, Purpose,
    SubscribeOptions, Topology, TransportError, Value,
};

use crate::NAME;
use crate::config::MemoryConfig;
use crate::url::check;

/// Tells what a broker in memory would hold; see [`inspect`].
#[derive(Debug)]
pub struct MemoryInspector {
    capabilities: Capabilities,
}

/// Gives what tells what a URL's transport would make of subscriptions. Its broker lives in the
/// process that connects to it, so that there is nothing to compare with.
///
/// # Errors
/// [`TransportError::Url`], as [`connect`](crate::connect).
pub fn inspect(url: &str) -> Result<MemoryInspector, TransportError> {
    check(url)?;
    Ok(MemoryInspector {
        capabilities: MemoryConfig::default().capabilities(),
    })
}

fn parts(options: &SubscribeOptions) -> Vec<Part> {
    let (name, purpose, lasting) = match options.kind.group() {
        // For good, which is as long as the process.
        Some(group) => (group, Purpose::Group, Lasting::Always),
        None => ("live", Purpose::Live, Lasting::WhileUsed),
    };
    let mut parts = vec![Part::new("queue", name, purpose).with_lasting(lasting)];
    parts.extend(options.bindings.iter().map(|binding| {
        let part = Part::new("binding", name, purpose);
        part.with_lasting(lasting).with_settings(settings(binding))
    }));
    if options.kind.group().is_some() && options.keep_dead_letters {
        let part = Part::new("dead letters", name, Purpose::DeadLetters);
        parts.push(part.with_lasting(Lasting::WhenNeeded));
    }
    parts
}

fn settings(binding: &Binding) -> Headers {
    let mut settings = Headers::new();
    let keys = binding.keys().iter();
    let keys = keys.map(|key| Value::Text(key.as_str().to_owned()));
    let mut set = |name: &str, value: Value| {
        // Texts, and tests of headers, which events have as well, fit.
        let _ = settings.insert(name, &value);
    };
    if let Some(name) = binding.name() {
        set("name", Value::Text(name.as_str().to_owned()));
    }
    if !binding.keys().is_empty() {
        set("keys", Value::List(keys.collect()));
    }
    if let Some(condition) = binding.headers() {
        let mut tests = Headers::new();
        for (name, value) in condition.tests() {
            let _ = tests.insert(name, value.map_or(Value::Null, |value| value.to_value()));
        }
        set("headers", Value::Table(tests));
    }
    settings
}

#[async_trait]
impl Inspector for MemoryInspector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn plan(
        &self,
        subscriptions: &[SubscribeOptions],
        _: &[Duration],
    ) -> Result<Topology, TransportError> {
        let mut topology = Topology::default();
        for options in subscriptions {
            if options.bindings.is_empty() {
                return Err(TransportError::NoBindings { transport: NAME });
            }
            topology.parts.extend(parts(options));
            let name = options.kind.group().unwrap_or("live");
            let how = "by one index of names, headers and keys";
            topology.matching.push(Matching::new(name, true, how));
        }
        topology
            .notes
            .push("`memory:` is this process alone: there is no broker to compare with".into());
        Ok(topology)
    }

    async fn look(
        &self,
        subscriptions: &[SubscribeOptions],
        _: &[Duration],
    ) -> Result<Vec<PartState>, TransportError> {
        let unknown = |_| PartState::Unknown("it lives and ends with its process".into());
        let parts = subscriptions.iter().flat_map(parts);
        Ok(parts.map(unknown).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_a_plan_and_nothing_to_compare_it_with() {
        let memory = inspect("memory:").unwrap();
        let binding = Binding::builder().name("call_created").build().unwrap();
        let wanted = [SubscribeOptions::group("billing", [binding])];
        let plan = memory.plan(&wanted, &[]).unwrap();
        let kinds: Vec<_> = plan.parts.iter().map(|part| part.kind).collect();
        assert_eq!(kinds, ["queue", "binding", "dead letters"]);
        assert_eq!(plan.parts[1].settings.text("name"), Some("call_created"));
        let states = memory.look(&wanted, &[]).await.unwrap();
        assert!(
            states
                .iter()
                .all(|state| matches!(state, PartState::Unknown(_)))
        );
        assert!(inspect("memory:?x=1").is_err());
    }
}
