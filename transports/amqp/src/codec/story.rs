//! A dead letter's story, in headers.

use std::time::{SystemTime, UNIX_EPOCH};

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable};
use trunkline_core::{DeadLetter, DeadReason, EventId, Rejection};

use super::{ATTEMPTS, Decoded, FIRST_ATTEMPT, int, micros, text, time};

const ID: &str = "x-trunkline-dead-id";
const REASON: &str = "x-trunkline-dead-reason";
const ERROR: &str = "x-trunkline-dead-error";
const SOURCE: &str = "x-trunkline-dead-source";
const HANDLERS: &str = "x-trunkline-dead-handlers";
const DIED: &str = "x-trunkline-dead-at";

/// Most bytes of an error's text in a dead letter: the headers must fit a frame.
const MOST_ERROR: usize = 8 << 10;

const REASONS: [DeadReason; 5] = [
    DeadReason::Rejected,
    DeadReason::AttemptsExhausted,
    DeadReason::Undecodable,
    DeadReason::Expired,
    DeadReason::DeliveryLimit,
];

/// The headers that tell how a delivery died.
pub(crate) fn tell(
    rejection: &Rejection,
    source: &str,
    attempts: u32,
    first_attempt_at: Option<SystemTime>,
) -> FieldTable {
    let now = SystemTime::now();
    let mut fields = FieldTable::default();
    let mut say = |name: &str, value: AMQPValue| {
        fields.insert(name.into(), value);
    };
    let text = |text: &str| AMQPValue::LongString(text.into());
    say(ID, text(&EventId::generate().to_string()));
    say(REASON, text(rejection.reason.as_str()));
    say(ERROR, text(shortened(&rejection.error)));
    say(SOURCE, text(source));
    if !rejection.handlers.is_empty() {
        say(HANDLERS, text(&rejection.handlers.join(",")));
    }
    say(ATTEMPTS, AMQPValue::LongLongInt(i64::from(attempts)));
    let first = first_attempt_at.unwrap_or(now);
    say(FIRST_ATTEMPT, AMQPValue::LongLongInt(micros(first)));
    say(DIED, AMQPValue::LongLongInt(micros(now)));
    fields
}

fn shortened(text: &str) -> &str {
    let fits = |at: &usize| text.is_char_boundary(*at);
    let end = (0..=MOST_ERROR.min(text.len())).rev().find(fits);
    &text[..end.unwrap_or(0)]
}

/// Reads the story of a dead letter; one the broker made itself tells less.
pub(crate) fn read(decoded: Decoded, properties: &BasicProperties, group: &str) -> DeadLetter {
    let nothing = FieldTable::default();
    let fields = properties.headers().as_ref().unwrap_or(&nothing);
    let get = |name: &str| fields.inner().get(name);
    let said = |name: &str| get(name).and_then(text);
    let reason = said(REASON).and_then(|word| REASONS.into_iter().find(|r| r.as_str() == word));
    let broker = said("x-first-death-reason");
    let reason = reason.unwrap_or(match broker {
        Some("expired") => DeadReason::Expired,
        Some("delivery_limit") => DeadReason::DeliveryLimit,
        _ => DeadReason::Rejected,
    });
    let id = said(ID).map_or_else(|| fallback_id(&decoded), str::to_owned);
    let source = said(SOURCE).unwrap_or(group);
    let counted = decoded
        .delivery_count
        .map_or(0, |count| count.saturating_add(1));
    let mut letter = DeadLetter::new(id, decoded.envelope, reason, source);
    letter.attempts = decoded.attempts.max(counted).max(1);
    letter.error = match (said(ERROR), broker) {
        (Some(error), _) => error.to_owned(),
        (None, Some(reason)) => format!("the broker gave it up: {reason}"),
        (None, None) => String::new(),
    };
    if let Some(handlers) = said(HANDLERS) {
        letter.handlers = handlers.split(',').map(str::to_owned).collect();
    }
    letter.died_at = get(DIED)
        .and_then(time)
        .or_else(|| death(fields))
        .unwrap_or(UNIX_EPOCH);
    letter.first_attempt_at = decoded.first_attempt_at.unwrap_or(letter.died_at);
    letter
}

/// When the broker says that it died.
fn death(fields: &FieldTable) -> Option<SystemTime> {
    let AMQPValue::FieldArray(deaths) = fields.inner().get("x-death")? else {
        return None;
    };
    let AMQPValue::FieldTable(last) = deaths.as_slice().first()? else {
        return None;
    };
    let seconds = int(last.inner().get("time")?)?;
    let seconds = u64::try_from(seconds).ok()?;
    UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds))
}

/// What the broker gave up itself has no id of ours: the event's own, if it has one.
fn fallback_id(decoded: &Decoded) -> String {
    match decoded.envelope.id() {
        Some(id) => id.to_string(),
        None => format!(
            "{}-{}",
            decoded.envelope.routing_key(),
            decoded.envelope.body().len()
        ),
    }
}
