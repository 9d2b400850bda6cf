//! Makes the first inputs of each fuzz target from the recorded Wazo vectors.

use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(vectors), Some(corpus)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seeds VECTORS.jsonl CORPUS-DIRECTORY".into());
    };
    for (number, line) in fs::read_to_string(vectors)?.lines().enumerate() {
        let vector: Value = serde_json::from_str(line)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let expected = &vector["expect"];
        let (headers, payload) = (&expected["headers"], &expected["payload"]);
        let key = text(&expected["routing_key"]);
        let seed = |target: &str, content: String| -> Result<(), Box<dyn Error>> {
            let directory = Path::new(&corpus).join(target);
            fs::create_dir_all(&directory)?;
            Ok(fs::write(directory.join(format!("vector-{number}")), content)?)
        };
        seed("envelope_decode", format!("{headers}\n{payload}"))?;
        seed("headers", headers.to_string())?;
        seed("keys", format!("{}.#\n{key}", key.split('.').next().unwrap_or_default()))?;
        seed("template", text(&vector["routing_key_fmt"]))?;
    }
    Ok(())
}
