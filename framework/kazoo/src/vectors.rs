//! Test vectors: what `trunkline kazoo vectors` answers.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use trunkline_core::KeyPattern;

use crate::error::KazooError;
use crate::family::{CallKey, Family, call_key};
use crate::message::Message;
use crate::time::{rfc3339, unix_seconds};
use crate::{account_database, decode_word, encode_word, month_database, read_legacy_event};

/// Answers a test vector: a kind, and its input as JSON.
///
/// `None` for a kind this crate has nothing to say to, such as those of the websocket; otherwise the
/// output, or the code of the error.
pub fn answer_vector(kind: &str, input: &RawValue) -> Option<Result<Value, String>> {
    let input = input.get();
    let answer = match kind {
        "key_encode" => key_encode(input),
        "key_decode" => key_decode(input),
        "call_routing_key" => call_routing_key(input),
        "rk_parse" => rk_parse(input),
        "account_db" => account_db(input),
        "timestamp" => timestamp(input),
        "topic_match" => topic_match(input),
        "validate_event" => message(input, |message, _| {
            Ok(json!({"valid": message.validate().is_ok()}))
        }),
        "publish" => message(input, |message, node| Ok(json!(message.publish(node)?))),
        "envelope" => message(input, |message, _| Ok(json!(message.describe()))),
        "legacy_event" => legacy(input),
        _ => return None,
    };
    Some(answer.map_err(|error| match error {
        Fault::Input => "bad_input".to_owned(),
        Fault::Kazoo(error) => error.code().to_owned(),
    }))
}

/// Why there is no output.
enum Fault {
    /// The vector is not of its kind's form.
    Input,
    /// The answer is an error.
    Kazoo(KazooError),
}

impl From<KazooError> for Fault {
    fn from(error: KazooError) -> Self {
        Self::Kazoo(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(_: serde_json::Error) -> Self {
        Self::Input
    }
}

type Answer = Result<Value, Fault>;

fn key_encode(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        text: Option<String>,
        hex: Option<String>,
    }
    let input: Input = serde_json::from_str(input)?;
    let bytes = match (input.text, input.hex) {
        (Some(text), _) => text.into_bytes(),
        (None, Some(hex)) => from_hex(&hex).ok_or(Fault::Input)?,
        (None, None) => return Err(Fault::Input),
    };
    Ok(json!({"key": encode_word(bytes)}))
}

fn key_decode(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        key: String,
    }
    let input: Input = serde_json::from_str(input)?;
    Ok(match String::from_utf8(decode_word(&input.key)?) {
        Ok(text) => json!({"text": text}),
        Err(error) => json!({"hex": to_hex(error.as_bytes())}),
    })
}

fn call_routing_key(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        event: String,
        call_id: String,
    }
    let input: Input = serde_json::from_str(input)?;
    Ok(json!({"routing_key": call_key(&input.event, input.call_id)}))
}

fn rk_parse(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        routing_key: String,
    }
    let input: Input = serde_json::from_str(input)?;
    let CallKey { event, call_id } = CallKey::parse(&input.routing_key)?;
    let mut output = json!({"exchange": Family::Call.exchange(), "event": event});
    match String::from_utf8(call_id) {
        Ok(text) => output["call_id"] = text.into(),
        Err(error) => output["call_id_hex"] = to_hex(error.as_bytes()).into(),
    }
    Ok(output)
}

fn account_db(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        account_id: String,
        year: u16,
        month: u8,
    }
    let Input {
        account_id,
        year,
        month,
    } = serde_json::from_str(input)?;
    Ok(json!({
        "db": account_database(&account_id)?,
        "modb": month_database(&account_id, year, month)?,
    }))
}

fn timestamp(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        gregorian: i64,
    }
    let input: Input = serde_json::from_str(input)?;
    let unix = unix_seconds(input.gregorian)?;
    Ok(json!({"unix": unix, "rfc3339": rfc3339(unix)}))
}

fn topic_match(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        pattern: String,
        key: String,
    }
    let input: Input = serde_json::from_str(input)?;
    let pattern = KeyPattern::new(input.pattern).map_err(|_| Fault::Input)?;
    Ok(json!({"match": pattern.matches(&input.key)}))
}

fn message(
    input: &str,
    answer: impl FnOnce(Message<'_>, &str) -> Result<Value, KazooError>,
) -> Answer {
    #[derive(Deserialize)]
    struct Input<'a> {
        #[serde(borrow)]
        message: &'a RawValue,
        local_node: Option<String>,
    }
    let input: Input<'_> = serde_json::from_str(input)?;
    let message = Message::parse(input.message.get());
    let message = message.map_err(|error| KazooError::Decode(Box::new(error)))?;
    let node = input.local_node.as_deref().unwrap_or("nonode@nohost");
    Ok(answer(message, node)?)
}

fn legacy(input: &str) -> Answer {
    #[derive(Deserialize)]
    struct Input {
        text: String,
    }
    let input: Input = serde_json::from_str(input)?;
    Ok(json!(read_legacy_event(&input.text)?))
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    // Each pair of digits is an escape of a routing key.
    let digits = hex.as_bytes().chunks(2).map(std::str::from_utf8);
    let word: Result<String, _> = digits
        .map(|pair| pair.map(|pair| format!("%{pair}")))
        .collect();
    decode_word(&word.ok()?).ok()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
