//! Makes the first inputs of each fuzz target from the recorded vectors.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(framework), Some(corpus)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seeds FRAMEWORK-DIRECTORY CORPUS-DIRECTORY".into());
    };
    let (framework, corpus) = (Path::new(&framework), Path::new(&corpus));
    of_wazo(&framework.join("wazo/tests/vectors/wazo-vectors.jsonl"), corpus)?;
    of_access(&framework.join("wazo/tests/vectors/acl-vectors.jsonl"), corpus)?;
    of_kazoo(&framework.join("kazoo/tests/vectors/kazoo-vectors.jsonl"), corpus)
}

/// The vectors of a file.
fn read(vectors: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let text = fs::read_to_string(vectors)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn seed(corpus: &Path, target: &str, number: usize, content: String) -> Result<(), Box<dyn Error>> {
    let directory = corpus.join(target);
    fs::create_dir_all(&directory)?;
    Ok(fs::write(directory.join(format!("vector-{number}")), content)?)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn of_wazo(vectors: &Path, corpus: &Path) -> Result<(), Box<dyn Error>> {
    for (number, vector) in read(vectors)?.iter().enumerate() {
        let expected = &vector["expect"];
        let (headers, payload) = (&expected["headers"], &expected["payload"]);
        let key = text(&expected["routing_key"]);
        let first = key.split('.').next().unwrap_or_default().to_owned();
        seed(corpus, "envelope_decode", number, format!("{headers}\n{payload}"))?;
        let (binary, structured) = as_cloudevents(number, &expected["payload"]);
        seed(corpus, "cloudevents_decode", 2 * number, binary)?;
        seed(corpus, "cloudevents_decode", 2 * number + 1, structured)?;
        seed(corpus, "headers", number, headers.to_string())?;
        seed(corpus, "keys", number, format!("{first}.#\n{key}"))?;
        seed(corpus, "template", number, text(&vector["routing_key_fmt"]))?;
    }
    Ok(())
}

/// A recorded event as a CloudEvent in both modes: content type, headers and body, a line each.
fn as_cloudevents(number: usize, payload: &Value) -> (String, String) {
    let data = &payload["data"];
    let prefix = ["cloudEvents_", "cloudEvents:", "ce-", ""][number % 4];
    let mut event = serde_json::json!({
        "specversion": "1.0", "id": number.to_string(), "source": "/recorded",
        "type": payload["name"], "time": "2026-02-03T04:05:06.078901Z",
    });
    if let Some(tenant) = payload.get("tenant_uuid") {
        event["tenant"] = tenant.clone();
    }
    let headers: Value = event
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| ([prefix, name].concat(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let binary = format!("application/json\n{headers}\n{data}");
    event["data"] = data.clone();
    (binary, format!("application/cloudevents+json\n{{}}\n{event}"))
}

fn of_access(vectors: &Path, corpus: &Path) -> Result<(), Box<dyn Error>> {
    for (number, vector) in read(vectors)?.iter().enumerate() {
        let entries = vector["acl"].as_array().into_iter().flatten().map(text);
        let required = text(&vector["checks"][3][0]);
        let lines: Vec<_> = entries.chain([required]).collect();
        seed(corpus, "access", number, lines.join("\n"))?;
    }
    Ok(())
}

fn of_kazoo(vectors: &Path, corpus: &Path) -> Result<(), Box<dyn Error>> {
    for (number, vector) in read(vectors)?.iter().enumerate() {
        let (input, output) = (&vector["in"], &vector["out"]);
        let key = text(&output["routing_key"]);
        let body = match &input["message"] {
            Value::Null => text(&input["text"]),
            message => message.to_string(),
        };
        seed(corpus, "kazoo_decode", number, format!("{key}\n{body}"))?;
    }
    Ok(())
}
