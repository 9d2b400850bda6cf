//! Media types, such as `application/json; charset=utf-8`.

/// What the body of an event in structured mode is.
pub(crate) const STRUCTURED: &str = "application/cloudevents+json";
/// What data is that events of ours have.
pub(crate) const JSON: &str = "application/json";

/// What begins every content type of CloudEvents.
const CLOUDEVENTS: &str = "application/cloudevents";
const BATCH: &str = "application/cloudevents-batch";

/// What a content type says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// One event, in structured mode.
    Structured,
    /// Several events.
    Batch,
    /// An event in a format that is not read.
    OtherFormat,
    /// What the data is; the event is in the headers, if there is one.
    Data,
}

/// Tells what a content type says (AMQP binding §3, MQTT binding §3).
pub(crate) fn says(content_type: &str) -> Says {
    let essence = essence(content_type);
    let begins = |with: &str| {
        let start = essence.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    if essence.eq_ignore_ascii_case(STRUCTURED) {
        Says::Structured
    } else if begins(BATCH) {
        Says::Batch
    } else if begins(CLOUDEVENTS) {
        Says::OtherFormat
    } else {
        Says::Data
    }
}

/// Whether data of a type is JSON (JSON format §3.1.1); data of no type is.
pub(crate) fn is_json(content_type: Option<&str>) -> bool {
    let Some((_, subtype)) = essence(content_type.unwrap_or(JSON)).split_once('/') else {
        return false;
    };
    let suffix = subtype.rsplit('+').next().unwrap_or(subtype);
    suffix.eq_ignore_ascii_case("json")
}

/// The type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart() {
        for (content_type, expected) in [
            ("application/cloudevents+json", Says::Structured),
            (
                "Application/CloudEvents+JSON ; charset=utf-8",
                Says::Structured,
            ),
            ("application/cloudevents-batch+json", Says::Batch),
            ("application/cloudevents+avro", Says::OtherFormat),
            ("application/cloudevents", Says::OtherFormat),
            ("application/json", Says::Data),
            ("", Says::Data),
        ] {
            assert_eq!(says(content_type), expected, "{content_type}");
        }
    }

    #[test]
    fn json_is_what_its_type_says() {
        for json in [
            None,
            Some("application/json"),
            Some("text/json;charset=utf-8"),
            Some("application/vnd.acme+JSON"),
        ] {
            assert!(is_json(json), "{json:?}");
        }
        for other in ["text/plain", "json", "", "application/jsonp", "image/png"] {
            assert!(!is_json(Some(other)), "{other}");
        }
    }
}
