//! Declarations as the framework's neutral parts.

use lapin::types::FieldTable;
use trunkline_core::{Headers, IntoHeader, Part, Value};

use super::Planned;
use crate::codec::table_from_amqp;
use crate::topology::{Declaration, Native};

impl Planned {
    pub(super) fn part(&self) -> Part {
        let mut settings = Headers::new();
        let (kind, name) = match &self.declaration {
            Declaration::Exchange {
                name,
                kind,
                durable,
                auto_delete,
            } => {
                set(&mut settings, "type", kind.as_str());
                set(&mut settings, "durable", *durable);
                set(&mut settings, "auto_delete", *auto_delete);
                ("exchange", name)
            }
            Declaration::Queue {
                name,
                durable,
                auto_delete,
                arguments,
            } => {
                set(&mut settings, "durable", *durable);
                set(&mut settings, "auto_delete", *auto_delete);
                set_arguments(&mut settings, arguments);
                ("queue", name)
            }
            Declaration::ExchangeBinding { to, from } => {
                binding(&mut settings, "exchange", from);
                ("binding", to)
            }
            Declaration::QueueBinding { to, from } => {
                binding(&mut settings, "queue", from);
                ("binding", to)
            }
        };
        Part::new(kind, name.as_str(), self.purpose)
            .with_lasting(self.lasting)
            .with_settings(settings)
    }
}

fn binding(settings: &mut Headers, to: &str, from: &Native) {
    set(settings, "source", from.exchange.as_str());
    set(settings, "destination_type", to);
    set(settings, "routing_key", from.key.as_str());
    set_arguments(settings, &from.arguments);
}

fn set_arguments(settings: &mut Headers, arguments: &FieldTable) {
    set(
        settings,
        "arguments",
        &Value::Table(table_from_amqp(arguments)),
    );
}

fn set(settings: &mut Headers, name: &str, value: impl IntoHeader) {
    // The names are ours and fit; only arguments nested without end would not.
    if let Err(error) = settings.insert(name, value) {
        tracing::warn!(setting = name, %error, "a setting was left out");
    }
}
