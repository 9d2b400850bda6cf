//! Tells what the services do, event by event.

use serde::Serialize;
use trunkline::{Attempt, Bus, Ending, Envelope, Observer};

use super::audit;
use crate::output::{Output, Tone, printable};

/// Tells what the services do: to programs each attempt, to people what the audit service notes
/// and what goes wrong anywhere.
#[derive(Debug)]
pub(crate) struct Narrator {
    /// For its dialect alone.
    bus: Bus,
    output: Output,
}

/// One thing a service did, for programs.
#[derive(Serialize)]
struct Step<'a> {
    step: &'a str,
    service: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<&'a str>,
    name: Option<String>,
    routing_key: &'a str,
    tenant: Option<String>,
    users: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl Narrator {
    /// Tells on an output of the events of a bus.
    pub(crate) fn new(bus: Bus, output: Output) -> Self {
        Self { bus, output }
    }

    fn step<'a>(&self, step: &'a str, service: &'a str, envelope: &'a Envelope) -> Step<'a> {
        let dialect = self.bus.dialect();
        let audience = dialect.audience(envelope).ok();
        let users = audience.iter().flat_map(|audience| audience.named_users());
        Step {
            step,
            service,
            handler: None,
            name: dialect.event_name(envelope).map(|name| name.into_owned()),
            routing_key: envelope.routing_key().as_str(),
            tenant: audience
                .as_ref()
                .and_then(|audience| Some(audience.tenant()?.to_string())),
            users: users.map(ToString::to_string).collect(),
            attempt: None,
            error: None,
            after_ms: None,
            reason: None,
        }
    }

    fn tell(&self, step: &Step<'_>) {
        // Trouble is kept by the output, and whoever waits for it hears of it.
        let _ = if self.output.is_json() {
            self.output.json(step)
        } else {
            self.output.text(self.line(step))
        };
        let _ = self.output.flush();
    }

    fn line(&self, step: &Step<'_>) -> String {
        let paint = self.output.paint();
        let mut line = format!(
            "{:<10}  {:<24}  {:<28}",
            step.service,
            printable(step.name.as_deref().unwrap_or("(no name)")),
            printable(step.routing_key),
        );
        if let Some(tenant) = &step.tenant {
            line.push_str(&paint.tone(Tone::Faint, format!("  tenant={}", printable(tenant))));
        }
        let ending = match (step.step, step.attempt) {
            ("failed", attempt) => {
                let error = printable(step.error.as_deref().unwrap_or_default()).into_owned();
                let attempt = attempt.unwrap_or(1);
                paint.tone(Tone::Warn, format!("  attempt {attempt} failed: {error}"))
            }
            ("retried", _) => {
                let wait = step.after_ms.unwrap_or_default();
                paint.tone(Tone::Warn, format!("  again in {wait} ms"))
            }
            ("dead_lettered", _) => {
                let reason = step.reason.unwrap_or_default();
                paint.tone(Tone::Bad, format!("  dead letter: {reason}"))
            }
            (_, Some(attempt @ 2..)) => {
                paint.tone(Tone::Good, format!("  handled at attempt {attempt}"))
            }
            _ => String::new(),
        };
        line + &ending
    }
}

impl Observer for Narrator {
    fn attempted(&self, attempt: &Attempt<'_>) {
        let step = match attempt.outcome {
            Ok(()) => "handled",
            Err(_) => "failed",
        };
        let wanted = self.output.is_json() || step == "failed" || attempt.service == audit::NAME;
        if wanted && !(self.output.is_quiet() && step == "handled" && !self.output.is_json()) {
            self.tell(&Step {
                handler: Some(attempt.handler),
                attempt: Some(attempt.number),
                error: attempt.outcome.as_ref().err().map(ToString::to_string),
                ..self.step(step, attempt.service, attempt.envelope)
            });
        }
    }

    fn settled(&self, service: &str, envelope: &Envelope, ending: &Ending) {
        match ending {
            Ending::Retried { after } => self.tell(&Step {
                after_ms: Some(u64::try_from(after.as_millis()).unwrap_or(u64::MAX)),
                ..self.step("retried", service, envelope)
            }),
            Ending::DeadLettered { reason } => self.tell(&Step {
                reason: Some(reason.as_str()),
                ..self.step("dead_lettered", service, envelope)
            }),
            _ => {}
        }
    }
}
