//! rumqttc alone, as its own examples use it, and paho.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::{ConnectProperties, Packet, PublishProperties};
use rumqttc::v5::{AsyncClient, Event, EventLoop, MqttOptions};
use tokio::sync::Semaphore;
use trunkline_suite::mosquitto::Mosquitto;
use trunkline_suite::python::Python;

use crate::{TOPIC, body, fill, headers};

fn options(broker: &Mosquitto, id: &str, window: u16) -> MqttOptions {
    let mut options = MqttOptions::new(id, "127.0.0.1", broker.port());
    options.set_keep_alive(Duration::from_secs(30));
    options.set_outgoing_inflight_upper_limit(window);
    options
}

/// What ours puts on the wire beside the body, by hand.
pub(crate) fn by_hand(rich: bool) -> PublishProperties {
    let own = [(
        "x-trunkline-stamp",
        "1a2b3c4d-00000000cafe 1764269157.306051123 0199a0b4-0000-7000-8000-0123456789ab \
         trunkline-1a2b3c4d",
    )];
    let headers = headers().into_iter().filter(|_| rich);
    let all = own.into_iter().chain(headers);
    PublishProperties {
        user_properties: all.map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
        content_type: rich.then(|| "application/json".into()),
        ..PublishProperties::default()
    }
}

/// Publishes with so many unanswered at most.
pub(crate) async fn publish(
    broker: Arc<Mosquitto>,
    events: usize,
    window: u16,
    qos: QoS,
    properties: Option<PublishProperties>,
) -> Duration {
    let (client, mut events_of) =
        AsyncClient::new(options(&broker, "bare", window), usize::from(window));
    let places = Arc::new(Semaphore::new(usize::from(window)));
    let begun = Instant::now();
    let taken = Arc::clone(&places);
    let publishing = tokio::spawn(async move {
        for _ in 0..events {
            if qos != QoS::AtMostOnce {
                taken.acquire().await.unwrap().forget();
            }
            let sent = match &properties {
                Some(properties) => {
                    let properties = properties.clone();
                    client
                        .publish_with_properties(TOPIC, qos, false, body(), properties)
                        .await
                }
                None => client.publish(TOPIC, qos, false, body()).await,
            };
            sent.unwrap();
        }
        if qos == QoS::AtMostOnce {
            client.disconnect().await.unwrap();
        }
        client
    });
    let polling = tokio::spawn(async move {
        let mut done = 0;
        while done < events {
            match events_of.poll().await.unwrap() {
                Event::Incoming(Packet::PubAck(_)) => {
                    places.add_permits(1);
                    done += 1;
                }
                Event::Outgoing(rumqttc::Outgoing::Publish(0)) => done += 1,
                _ => {}
            }
        }
        // Without answers, it is the broker's end of the connection that tells it has all.
        while qos == QoS::AtMostOnce && events_of.poll().await.is_ok() {}
    });
    polling.await.unwrap();
    let took = begun.elapsed();
    drop(publishing.await.unwrap());
    took
}

fn consumer(broker: &Mosquitto) -> (AsyncClient, EventLoop) {
    let mut options = options(broker, "bare-consumer", 100);
    options.set_clean_start(false);
    options.set_manual_acks(true);
    let mut properties = ConnectProperties::new();
    properties.session_expiry_interval = Some(600);
    properties.receive_maximum = Some(200);
    options.set_connect_properties(properties);
    // Room for every ack: one that waited for room in the task that polls would wait for ever.
    AsyncClient::new(options, 1_000_000)
}

/// Takes what waits in a session, and acks each.
pub(crate) async fn consume(broker: Arc<Mosquitto>, count: usize) -> Duration {
    let (client, mut events) = consumer(&broker);
    client.subscribe(TOPIC, QoS::AtLeastOnce).await.unwrap();
    while !matches!(
        events.poll().await.unwrap(),
        Event::Incoming(Packet::SubAck(_))
    ) {}
    drop((client, events));
    fill(&broker, count).await;
    let (client, mut events) = consumer(&broker);
    let taking = tokio::spawn(async move {
        let begun = Instant::now();
        let mut got = 0;
        while got < count {
            if let Event::Incoming(Packet::Publish(publish)) = events.poll().await.unwrap() {
                client.ack(&publish).await.unwrap();
                got += 1;
            }
        }
        begun.elapsed()
    });
    taking.await.unwrap()
}

/// paho-mqtt publishes with so many unanswered at most.
pub(crate) async fn paho(broker: Arc<Mosquitto>, events: usize, window: u16) -> Duration {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/benches/speed/publish_with_paho.py"
    );
    let launch = Python::with(&["paho-mqtt==2.1.0"]).script(script);
    let numbers = [broker.port().into(), events, usize::from(window)];
    let launch = launch.args(numbers.map(|number| number.to_string()));
    let mut process = launch.piped().start();
    let (_, output) = process.take_pipes().unwrap();
    let seconds = std::io::read_to_string(output).unwrap();
    Duration::from_secs_f64(seconds.trim().parse().unwrap())
}
