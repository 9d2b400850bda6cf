//! Statistics as lines of JSON: what `trunkline collectd encode` reads and prints.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{CollectdEvent, CollectdTime};
use crate::json;
use crate::line::{Fields, LineError, LineProblem};

const NAMES: &str = "`collectd_call_started`, `_connected`, `_ended`, `_abandoned` or `_duration`, \
    `collectd_channel_created` or `_ended`; or give `inputs`";
const TIMES: &str = "`N` or seconds since 1970";

/// A collectd message as `collectd encode` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CollectdLine {
    /// Always null: the header table is empty.
    pub headers: Option<()>,
    /// The key the message is published with.
    pub routing_key: String,
    /// `text/collectd`.
    pub content_type: &'static str,
    /// The text.
    pub body: String,
}

/// Turns a line that describes a statistic into the message that carries it.
///
/// The line is a JSON object with `service_uuid` and either `inputs`, an object with `plugin`,
/// `plugin_instance`, `type`, `type_instance`, `values`, and perhaps `interval` and `time`, or the
/// `name` of a built-in statistic and `args`: `application`, `application_id`, `duration`, `time`.
///
/// # Errors
/// [`LineError`], naming the field and the reason.
///
/// # Examples
/// ```
/// let message = trunkline_wazo::encode_collectd_line(
///     r#"{"name": "collectd_channel_created", "args": {}, "service_uuid": "u1"}"#,
/// )?;
/// assert_eq!(message.body, "PUTVAL u1/channels-global/counter-created interval=10 N:1");
/// # Ok::<(), trunkline_wazo::LineError>(())
/// ```
pub fn encode_collectd_line(line: &str) -> Result<CollectdLine, LineError> {
    let fields = Fields::of_line(line)?;
    let event = match fields.object("inputs")? {
        Some(inputs) => of_inputs(&inputs)?,
        None => of_arguments(
            &fields.required_text("name")?,
            &fields.object("args")?.unwrap_or_default(),
        )?,
    };
    let body = event.line(&fields.required_text("service_uuid")?)?;
    Ok(CollectdLine {
        headers: None,
        routing_key: event.routing_key(),
        content_type: "text/collectd",
        body,
    })
}

fn of_arguments(name: &str, arguments: &Fields<'_>) -> Result<CollectdEvent, LineError> {
    let application = || arguments.required_text("application");
    let id = || arguments.text("application_id");
    let call = |what: &str| {
        let event = CollectdEvent::call(what, &application()?, id()?.as_deref());
        Ok::<_, LineError>(event)
    };
    let event = match name {
        "collectd_call_started" => call("start")?,
        "collectd_call_connected" => call("connect")?,
        "collectd_call_ended" => call("end")?,
        "collectd_call_abandoned" => call("abandoned")?,
        "collectd_call_duration" => {
            let missing = || LineError::new("duration", LineProblem::Missing);
            let seconds = arguments.json("duration").ok_or_else(missing)?;
            let event = number(seconds).map(|seconds| {
                let (application, id) = (application()?, id()?);
                let event = CollectdEvent::call_duration_json(&application, id.as_deref(), seconds);
                Ok::<_, LineError>(event)
            });
            let event = event.transpose()?.flatten();
            event.ok_or_else(|| wrong_kind("duration", seconds, "a number"))?
        }
        "collectd_channel_created" => CollectdEvent::channel_created(),
        "collectd_channel_ended" => CollectdEvent::channel_ended(),
        other => {
            let found = other.to_owned();
            let problem = LineProblem::Unknown {
                found,
                wanted: NAMES,
            };
            return Err(LineError::new("name", problem));
        }
    };
    Ok(event.with_time(time(arguments)?))
}

fn of_inputs(inputs: &Fields<'_>) -> Result<CollectdEvent, LineError> {
    let mut event = CollectdEvent::new(
        [
            &inputs.required_text("plugin")?,
            &inputs.required_text("plugin_instance")?,
        ],
        [
            &inputs.required_text("type")?,
            &inputs.required_text("type_instance")?,
        ],
        values(inputs)?,
    );
    if let Some(interval) = inputs.json("interval") {
        let wrong = |_| wrong_kind("interval", interval, "a number of seconds");
        event.interval = interval.parse().map_err(wrong)?;
    }
    Ok(event.with_time(time(inputs)?))
}

fn values(inputs: &Fields<'_>) -> Result<Vec<String>, LineError> {
    let Some(json) = inputs.json("values") else {
        return Err(LineError::new("values", LineProblem::Missing));
    };
    let wrong = |_| wrong_kind("values", json, "a list of numbers");
    let items: Vec<&RawValue> = serde_json::from_str(json).map_err(wrong)?;
    let value = |item: &&RawValue| match json::text(item.get()) {
        Some(text) => Some(text.into_owned()),
        None => number(item.get()).map(str::to_owned),
    };
    let values: Option<Vec<_>> = items.iter().map(value).collect();
    values.ok_or_else(|| wrong_kind("values", json, "a list of numbers"))
}

/// The time: `N`, or an integer, which may be written as text.
fn time(fields: &Fields<'_>) -> Result<CollectdTime, LineError> {
    let Some(json) = fields.json("time") else {
        return Ok(CollectdTime::Now);
    };
    let text = json::text(json).unwrap_or(Cow::Borrowed(json));
    match &*text {
        "N" => Ok(CollectdTime::Now),
        seconds => seconds
            .parse()
            .map(CollectdTime::at)
            .map_err(|_| wrong_kind("time", json, TIMES)),
    }
}

fn number(json: &str) -> Option<&str> {
    json.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        .then_some(json)
}

fn wrong_kind(field: &'static str, json: &str, wanted: &'static str) -> LineError {
    let found = json::kind(json);
    LineError::new(field, LineProblem::Kind { found, wanted })
}
