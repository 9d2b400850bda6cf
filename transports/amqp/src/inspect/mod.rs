//! What would be declared, and what the broker has of it, without declaring anything.

mod look;
mod parts;

use std::time::Duration;

use async_trait::async_trait;
use lapin::types::ShortString;
use trunkline_core::{
    Capabilities, Inspector, Lasting, Matching, PartState, Purpose, SubscribeOptions, Topology,
    TransportError,
};

use crate::NAME;
use crate::config::{AmqpConfig, QueueType};
use crate::consume::digest::digest;
use crate::error::broker;
use crate::link::visit;
use crate::topology::{Declaration, Plan, QueueSpec, dead_queue, exchanges, members, wait};

/// Looks at a broker and at what would be declared there; see [`inspect`].
#[derive(Debug)]
pub struct AmqpInspector {
    config: AmqpConfig,
    capabilities: Capabilities,
}

/// Gives what tells what a URL's transport would declare, and what its broker has of that.
///
/// No connection is made until it is asked to [`look`](Inspector::look), and then nothing is
/// declared. AMQP 0-9-1 can say of exchanges and queues whether they are there and, if the user may
/// configure them, whether they are as planned; it cannot list bindings, which are
/// [`Unknown`](PartState::Unknown).
///
/// # Errors
/// [`TransportError::Url`], as [`connect`](crate::connect).
///
/// # Examples
/// ```
/// use trunkline_core::{Binding, Inspector, SubscribeOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let rabbit = trunkline_amqp::inspect("amqp://localhost?profile=wazo")?;
/// let calls = Binding::builder().key("calls.#").build()?;
/// let plan = rabbit.plan(&[SubscribeOptions::group("billing", [calls])], &[])?;
/// assert!(plan.parts.iter().any(|part| part.kind == "queue" && part.name == "billing"));
/// # Ok(())
/// # }
/// ```
pub fn inspect(url: &str) -> Result<AmqpInspector, TransportError> {
    let config = AmqpConfig::parse(url)?;
    Ok(AmqpInspector {
        capabilities: config.capabilities(),
        config,
    })
}

/// Something that would be declared.
#[derive(Debug, Clone, PartialEq)]
struct Planned {
    declaration: Declaration,
    purpose: Purpose,
    lasting: Lasting,
}

/// All of it.
#[derive(Debug, Default)]
struct All {
    planned: Vec<Planned>,
    matching: Vec<Matching>,
    notes: Vec<String>,
}

impl All {
    fn add(&mut self, declaration: Declaration, purpose: Purpose, lasting: Lasting) {
        let planned = Planned {
            declaration,
            purpose,
            lasting,
        };
        if !self.planned.contains(&planned) {
            self.planned.push(planned);
        }
    }
}

impl AmqpInspector {
    fn all(
        &self,
        subscriptions: &[SubscribeOptions],
        waits: &[Duration],
    ) -> Result<All, TransportError> {
        let mut all = All::default();
        for declaration in exchanges(&self.config) {
            all.add(declaration, Purpose::Events, Lasting::Always);
        }
        for options in subscriptions {
            self.add_subscription(&mut all, options)?;
        }
        let groups = subscriptions
            .iter()
            .any(|options| options.kind.group().is_some());
        if groups && !waits.is_empty() {
            let quorum = self.config.queue == QueueType::Quorum;
            for after in waits {
                for step in wait("", *after, quorum)?.1 {
                    all.add(step, Purpose::Wait, Lasting::WhenNeeded);
                }
            }
            all.notes.push(
                "waits are rounded up to a few lengths, with a queue each; those that are spread \
                 by jitter have neighbours of these"
                    .into(),
            );
        }
        Ok(all)
    }

    fn add_subscription(
        &self,
        all: &mut All,
        options: &SubscribeOptions,
    ) -> Result<(), TransportError> {
        if options.bindings.is_empty() {
            return Err(TransportError::NoBindings { transport: NAME });
        }
        let mut spec = QueueSpec::of(options, &self.config)?;
        let plan = Plan::of(&options.bindings, &self.config.exchange);
        let (purpose, lasting) = match &spec.group {
            Some(_) => (Purpose::Group, Lasting::Always),
            None => {
                // Each process draws six digits of its own.
                let name = spec.name.as_str();
                let name = name.rsplit_once('.').map_or("", |(name, _)| name);
                spec.name = ShortString::from(format!("{name}.xxxxxx"));
                (Purpose::Live, Lasting::WhileUsed)
            }
        };
        let how = plan.how(&self.config.exchange);
        all.matching
            .push(Matching::new(spec.name.as_str(), plan.exact, how));
        let dead = spec.group.as_deref().map(dead_queue);
        for declaration in spec.declarations(&plan) {
            let purpose = match &declaration {
                Declaration::Queue { name, .. } if dead.as_ref() == Some(name) => {
                    Purpose::DeadLetters
                }
                _ => purpose,
            };
            all.add(declaration, purpose, lasting);
        }
        if let Some(group) = &spec.group {
            let members = members(group, digest(&options.bindings));
            all.add(members, Purpose::Members, Lasting::WhileUsed);
        }
        Ok(())
    }
}

#[async_trait]
impl Inspector for AmqpInspector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn plan(
        &self,
        subscriptions: &[SubscribeOptions],
        waits: &[Duration],
    ) -> Result<Topology, TransportError> {
        let all = self.all(subscriptions, waits)?;
        let mut topology = Topology::default();
        topology.parts = all.planned.iter().map(Planned::part).collect();
        topology.matching = all.matching;
        topology.notes = all.notes;
        Ok(topology)
    }

    async fn look(
        &self,
        subscriptions: &[SubscribeOptions],
        waits: &[Duration],
    ) -> Result<Vec<PartState>, TransportError> {
        let all = self.all(subscriptions, waits)?;
        let link = visit(&self.config, "topology").await?;
        let mut states = Vec::with_capacity(all.planned.len());
        for planned in &all.planned {
            match look::look_for(&link.connection, planned).await {
                Ok(state) => states.push(state),
                Err(error) => {
                    link.end().await;
                    return Err(broker("the broker cannot be asked", error));
                }
            }
        }
        link.end().await;
        Ok(states)
    }
}

#[cfg(test)]
mod tests {
    use trunkline_core::Binding;

    use super::*;

    fn kinds(url: &str, options: SubscribeOptions) -> Vec<(&'static str, String)> {
        let plan = inspect(url)
            .unwrap()
            .plan(&[options], &[Duration::from_millis(500)])
            .unwrap();
        let part = |part: trunkline_core::Part| (part.kind, part.name);
        plan.parts.into_iter().map(part).collect()
    }

    fn named(name: &str) -> Binding {
        Binding::builder().name(name).build().unwrap()
    }

    #[test]
    fn a_groups_plan_has_all_that_is_declared_for_it() {
        let options = SubscribeOptions::group("billing", [named("call_created")]);
        let planned = kinds("amqp://localhost?profile=wazo", options);
        let names = |kind: &str| -> Vec<&str> {
            let of_kind = planned.iter().filter(|(of, _)| *of == kind);
            of_kind.map(|(_, name)| name.as_str()).collect()
        };
        assert_eq!(
            names("exchange"),
            [
                "xivo",
                "wazo-headers",
                "wazo-headers.keys",
                "trunkline.delay.512"
            ]
        );
        assert_eq!(
            names("queue"),
            [
                "billing.dead",
                "billing",
                "billing.members",
                "trunkline.delay.512"
            ]
        );
        assert_eq!(
            names("binding"),
            [
                "wazo-headers",
                "wazo-headers.keys",
                "billing",
                "trunkline.delay.512"
            ]
        );
    }

    #[test]
    fn a_live_queue_has_digits_that_nobody_knows_yet() {
        let options = SubscribeOptions::live([named("call_created")]);
        let planned = kinds("amqp://localhost?name=viewer", options);
        assert!(planned.contains(&("queue", "viewer.xxxxxx".to_owned())));
        assert!(!planned.iter().any(|(_, name)| name.contains("delay")));
    }
}
