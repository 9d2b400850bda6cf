//! CloudEvents both ways, with CloudEvents' own SDK for Python as the witness, on real brokers: what
//! we write it reads, what it writes we read, in every mode.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use trunkline::cloudevents::{CloudEvents, EventData, Mode, Prefix};
use trunkline::{
    Audience, Binding, Bus, Dialect, DynamicEvent, Envelope, SubscribeOptions, Subscription,
    Transport,
};
use trunkline_suite::mosquitto::Setup;
use trunkline_suite::process::Process;
use trunkline_suite::python::Python;
use trunkline_suite::rabbitmq::{Node, Vhost};
use trunkline_suite::scratch::Scratch;

const PATIENCE: Duration = Duration::from_secs(60);
const PACKAGES: &[&str] = &["cloudevents==2.2.0", "pika==1.3.2", "paho-mqtt==2.1.0"];
const OPENED: &str = "com.example.door.opened";
/// 2026-02-03T04:05:06.078Z.
const TIME: Duration = Duration::from_millis(1_770_091_506_078);

/// The witness at one of its acts.
struct Witness {
    lines: mpsc::UnboundedReceiver<Json>,
    _process: Process,
    _log: Scratch,
}

impl Witness {
    /// Starts an act, and waits for its first word.
    async fn start(act: &'static str, broker: String, place: &'static str) -> Self {
        let begin = move || {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cloudevents/witness.py");
            let log = Scratch::new("cloudevents");
            let mut process = Python::with(PACKAGES)
                .script(script)
                .args([act, &broker, place])
                .piped()
                .log_to(log.file("log.txt"))
                .start();
            let (_, output) = process.take_pipes().unwrap();
            let (say, lines) = mpsc::unbounded_channel();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = say.send(serde_json::from_str(&line).expect("it writes JSON"));
                }
            });
            Self {
                lines,
                _process: process,
                _log: log,
            }
        };
        let mut witness = spawn_blocking(begin).await.unwrap();
        witness.says().await;
        witness
    }

    /// The next thing it says.
    async fn says(&mut self) -> Json {
        let line = timeout(PATIENCE, self.lines.recv()).await.unwrap();
        line.expect("the witness lives; its log tells why it does not")
    }
}

fn dialect() -> CloudEvents {
    CloudEvents::new("https://pbx.example.com/doors").unwrap()
}

/// An event of ours, with text that no protocol leaves alone by accident.
fn opened() -> DynamicEvent {
    DynamicEvent::user(OPENED, "doors.{door}", "acme", "u/1,%")
        .unwrap()
        .with_content(&json!({"door": "café 1", "times": 3}))
        .unwrap()
        .with_attribute("call_id", "c é\"1")
        .with_attribute("times", 3)
}

/// What the witness must have read of it.
fn assert_opened(heard: &Json, id: &str) {
    let attributes = &heard["attributes"];
    for (name, expected) in [
        ("specversion", "1.0"),
        ("type", OPENED),
        ("source", "https://pbx.example.com/doors"),
        ("id", id),
        ("audience", "user"),
        ("tenant", "acme"),
        ("user", "u/1,%"),
        ("callid", "c é\"1"),
        ("datacontenttype", "application/json"),
    ] {
        assert_eq!(attributes[name], expected, "{name}: {heard}");
    }
    // Structured mode tells numbers from text, headers here do not.
    assert!(
        attributes["times"] == "3" || attributes["times"] == 3,
        "{heard}"
    );
    assert!(attributes["time"].is_string(), "{heard}");
    let data = json!({"door": "café 1", "times": 3, "call_id": "c é\"1"});
    assert_eq!(heard["data"], data);
}

/// Publishes in one way, and gives the event's id.
async fn publish(transport: &Arc<dyn Transport>, dialect: CloudEvents) -> String {
    let bus = Bus::new(transport.clone(), dialect);
    let publisher = bus.publisher();
    let event = opened();
    let envelope = publisher.publish(&event).encode().unwrap();
    let id = envelope.id().unwrap().to_string();
    publisher
        .publish_envelope(envelope, Default::default())
        .await
        .unwrap();
    id
}

/// What the witness tells in one way must be read as this.
fn assert_told(envelope: &Envelope) -> String {
    let event = dialect().read(envelope).unwrap();
    assert_eq!(event.source(), "/python");
    assert_eq!(event.time(), Some(UNIX_EPOCH + TIME), "{event:?}");
    let audience = Audience::User {
        tenant: "acme".into(),
        user: Some("u/1".into()),
    };
    assert_eq!(dialect().audience(envelope).unwrap(), audience);
    let name = dialect().event_name(envelope).unwrap();
    assert_eq!(name, event.name());
    match (event.name().rsplit('.').next().unwrap(), event.data()) {
        ("json" | "untyped", EventData::Json(json)) => {
            let data: Json = serde_json::from_str(json).unwrap();
            assert_eq!(data, json!({"door": "café", "times": 3}));
            assert_eq!(dialect().data(envelope).unwrap(), *json);
        }
        ("bytes", EventData::Bytes(bytes)) => assert_eq!(**bytes, [255, 0]),
        ("text", EventData::Bytes(bytes)) => assert_eq!(**bytes, *"a é".as_bytes()),
        (kind, data) => panic!("{kind}: {data:?}"),
    }
    event.id().to_owned()
}

/// Hears what the witness tells, each kind of data in each of these ways.
async fn hear(subscription: &mut Subscription, ways: &[&str]) {
    let mut heard = BTreeMap::<String, usize>::new();
    for _ in 0..4 * ways.len() {
        let delivery = timeout(PATIENCE, subscription.recv())
            .await
            .unwrap()
            .unwrap();
        *heard.entry(assert_told(delivery.envelope())).or_default() += 1;
        delivery.ack().await.unwrap();
    }
    let kinds = ["json", "untyped", "bytes", "text"];
    let expected = ways
        .iter()
        .flat_map(|way| kinds.map(|kind| format!("{way}-{kind}")));
    assert_eq!(heard, expected.map(|id| (id, 1)).collect());
}

async fn rabbit() -> (Vhost, Arc<dyn Transport>) {
    let vhost = spawn_blocking(|| Vhost::new(Node::shared())).await.unwrap();
    let url = format!("{}?exchange=events", vhost.url());
    let transport = trunkline_amqp::connect(&url).await.unwrap();
    (vhost, Arc::new(transport))
}

#[tokio::test]
async fn the_sdk_reads_from_rabbitmq_what_we_write_in_every_way() {
    let (vhost, transport) = rabbit().await;
    let mut witness = Witness::start("hear-rabbit", vhost.url(), "events").await;
    for (way, dialect) in [
        ("cloudEvents_", dialect()),
        ("cloudEvents:", dialect().with_prefix(Prefix::Colon)),
        ("ce-", dialect().with_prefix(Prefix::RabbitMq)),
        ("structured", dialect().with_mode(Mode::Structured)),
    ] {
        let id = publish(&transport, dialect).await;
        let heard = witness.says().await;
        assert_eq!(heard["way"], way, "{heard}");
        assert_opened(&heard, &id);
    }
    transport.close().await.unwrap();
}

#[tokio::test]
async fn we_read_from_rabbitmq_what_the_sdk_writes_in_every_way() {
    let (vhost, transport) = rabbit().await;
    let options = SubscribeOptions::group("doors", [Binding::everything()]);
    let mut group = transport.subscribe(options).await.unwrap();
    let _witness = Witness::start("tell-rabbit", vhost.url(), "events").await;
    hear(&mut group, &["amqp", "rabbit", "structured"]).await;
    transport.close().await.unwrap();
}

#[tokio::test]
async fn the_sdk_reads_from_mqtt_what_we_write_in_both_modes() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}", broker.port());
    let transport: Arc<dyn Transport> = Arc::new(trunkline_mqtt::connect(&url).await.unwrap());
    let mut witness = Witness::start("hear-mqtt", broker.port().to_string(), "doors/#").await;
    for (way, dialect) in [
        ("binary", dialect().with_prefix(Prefix::Bare)),
        ("structured", dialect().with_mode(Mode::Structured)),
    ] {
        let id = publish(&transport, dialect).await;
        let heard = witness.says().await;
        assert_eq!(heard["way"], way, "{heard}");
        assert_opened(&heard, &id);
    }
    transport.close().await.unwrap();
}

#[tokio::test]
async fn we_read_from_mqtt_what_the_sdk_writes_in_both_modes() {
    let broker = Setup::new().start();
    let url = format!("mqtt://127.0.0.1:{}", broker.port());
    let transport = trunkline_mqtt::connect(&url).await.unwrap();
    let options = SubscribeOptions::live([Binding::everything()]);
    let mut live = transport.subscribe(options).await.unwrap();
    let _witness = Witness::start("tell-mqtt", broker.port().to_string(), "doors/front").await;
    hear(&mut live, &["mqtt", "structured"]).await;
    transport.close().await.unwrap();
}
