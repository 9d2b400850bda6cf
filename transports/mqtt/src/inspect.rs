//! What would be subscribed to, and what the broker keeps of it, without subscribing.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use trunkline_core::{
    Capabilities, Headers, Inspector, Lasting, Matching, Part, PartState, Purpose,
    SubscribeOptions, Topology, Transport, TransportError, Value,
};

use crate::NAME;
use crate::client::Mqtt;
use crate::config::MqttConfig;
use crate::dead::dead_topics;
use crate::group::{Record, bindings_topic, describe, subscribed};
use crate::keys::{are_exact, filters};
use crate::url::parse;

const UNLISTED: &str = "MQTT cannot list subscriptions";
const ONE_EACH: &str = "each subscriber has a connection of its own while it listens";
const WHEN_NEEDED: &str = "one retained message each; `dead-letters list` shows them";

/// Looks at a broker and at what would be subscribed to there; see [`inspect`].
#[derive(Debug)]
pub struct MqttInspector {
    config: MqttConfig,
    capabilities: Capabilities,
}

/// Gives what tells what a URL's transport would subscribe to, and what its broker has of that.
///
/// Nothing is connected until it is asked to [`look`](Inspector::look): then under a client id of
/// its own, so that it takes nobody's session over. MQTT cannot list subscriptions; what a group
/// says of itself in retained messages is compared.
///
/// # Errors
/// [`TransportError::Url`], as [`connect`](crate::connect).
///
/// # Examples
/// ```
/// use trunkline_core::{Binding, Inspector, SubscribeOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mqtt = trunkline_mqtt::inspect("mqtt://localhost")?;
/// let calls = Binding::builder().key("calls.#").build()?;
/// let plan = mqtt.plan(&[SubscribeOptions::live([calls])], &[])?;
/// assert_eq!(plan.parts[0].name, "calls/#");
/// # Ok(())
/// # }
/// ```
pub fn inspect(url: &str) -> Result<MqttInspector, TransportError> {
    let config = parse(url)?;
    Ok(MqttInspector {
        capabilities: config.capabilities(),
        config,
    })
}

fn texts<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> Headers {
    let list = values.map(|text| Value::Text(text.to_owned())).collect();
    let mut settings = Headers::new();
    // Texts always fit.
    let _ = settings.insert(name, Value::List(list));
    settings
}

fn add_group(parts: &mut Vec<Part>, group: &str, options: &SubscribeOptions) {
    let said = describe(&options.bindings);
    let settings = texts("bindings", said.iter().map(String::as_str));
    let part = Part::new("retained message", bindings_topic(group), Purpose::Group);
    parts.push(part.with_settings(settings));
    for filter in subscribed(&options.bindings, Some(group)) {
        // In the sessions of its members, of which none is there before the first.
        let part = Part::new("topic filter", filter, Purpose::Group);
        parts.push(part.with_lasting(Lasting::WhileUsed));
    }
    if options.keep_dead_letters {
        let part = Part::new("retained message", dead_topics(group), Purpose::DeadLetters);
        parts.push(part.with_lasting(Lasting::WhenNeeded));
    }
}

fn parts(subscriptions: &[SubscribeOptions]) -> Result<Vec<Part>, TransportError> {
    let mut parts = Vec::new();
    for options in subscriptions {
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        match options.kind.group() {
            Some(group) => add_group(&mut parts, group, options),
            None => parts.extend(
                subscribed(&options.bindings, None)
                    .into_iter()
                    .map(|filter| {
                        let part = Part::new("topic filter", filter, Purpose::Live);
                        part.with_lasting(Lasting::WhileUsed)
                    }),
            ),
        }
    }
    Ok(parts)
}

fn state(part: &Part, group: Option<(&Record, &SubscribeOptions)>) -> PartState {
    let Some((record, options)) = group else {
        return PartState::Unknown(ONE_EACH.into());
    };
    match (part.purpose, part.kind) {
        (Purpose::DeadLetters, _) => PartState::Unknown(WHEN_NEEDED.into()),
        (_, "topic filter") => match record.has_filter(&part.name) {
            true => PartState::There("as a member's session says".into()),
            false => PartState::Unknown(UNLISTED.into()),
        },
        _ => match record.bindings() {
            None => PartState::Missing,
            Some(known) if known == describe(&options.bindings) => PartState::Same,
            Some(known) => PartState::Differs(format!(
                "the group is bound to {}{}",
                known.join(", "),
                match record.is_at_work() {
                    true => ", and at work: it refuses members who want something else",
                    false => "",
                }
            )),
        },
    }
}

#[async_trait]
impl Inspector for MqttInspector {
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
        topology.parts = parts(subscriptions)?;
        for options in subscriptions {
            let exact = are_exact(&options.bindings, &filters(&options.bindings));
            let how = match exact {
                true => "by topic filter",
                false => {
                    "by topic filter, which is wider: names, headers and what a filter cannot say \
                     are looked at here"
                }
            };
            let name = options.kind.group().unwrap_or("live");
            topology.matching.push(Matching::new(name, exact, how));
        }
        topology.notes.push(
            "MQTT has no exchanges, queues or bindings: a subscription is its topic filters, kept \
             in the sessions of its members; retries wait in retained messages"
                .into(),
        );
        Ok(topology)
    }

    async fn look(
        &self,
        subscriptions: &[SubscribeOptions],
        _: &[Duration],
    ) -> Result<Vec<PartState>, TransportError> {
        let mut config = self.config.clone();
        // One of its own: with the service's it would take the service's place.
        config.client_id = None;
        let mqtt = Mqtt::connect(config).await?;
        let mut records = HashMap::new();
        for group in subscriptions
            .iter()
            .filter_map(|options| options.kind.group())
        {
            let record = mqtt.client().group(group).await;
            match record {
                Ok(record) => records.insert(group, record),
                Err(error) => {
                    mqtt.close().await?;
                    return Err(error);
                }
            };
        }
        mqtt.close().await?;
        let mut states = Vec::new();
        for options in subscriptions {
            let group = options.kind.group().and_then(|group| records.get(group));
            let group = group.map(|record| (record, options));
            let parts = parts(std::slice::from_ref(options))?;
            states.extend(parts.iter().map(|part| state(part, group)));
        }
        Ok(states)
    }
}
