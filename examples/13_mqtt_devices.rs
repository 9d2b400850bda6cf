//! Needs an MQTT broker. Devices that know nothing of Trunkline publish bare payloads; a service reads
//! them by key, and answers so that they understand. The last value of each is there for latecomers.
//!
//! Run it, where the broker is not on this machine with MQTT_URL=mqtt://user:password@host:
//!     cargo run -p trunkline-examples --bin 13_mqtt_devices
//!
//! It prints:
//!     cellar: 4.5 °C
//!     the heating of cellar is told: on
//!     a screen that comes later sees 4.5 °C

#![allow(clippy::print_stdout, reason = "an example prints what it shows")]

use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use trunkline::{
    Binding, Envelope, HandlerError, HandlerOptions, PublishOptions, Publisher, RoutingKey,
    Service, SubscribeOptions,
};

type Error = Box<dyn std::error::Error>;

/// The topic `sensors/cellar/temperature` is the key `sensors.cellar.temperature`.
async fn regulate(reading: Envelope, out: Publisher) -> Result<(), HandlerError> {
    let degrees = degrees(&reading)?;
    let room = reading
        .routing_key()
        .as_str()
        .split('.')
        .nth(1)
        .unwrap_or_default();
    println!("{room}: {degrees} °C");
    let word = if degrees < 18.0 { "on" } else { "off" };
    let order = Envelope::new(RoutingKey::new(format!("heating.{room}.order"))?, word);
    out.publish_envelope(order, PublishOptions::new()).await?;
    Ok(())
}

/// What is no number is an error that retries do not mend: the reading becomes a dead letter at once.
fn degrees(reading: &Envelope) -> Result<f64, HandlerError> {
    let text = str::from_utf8(reading.body()).map_err(HandlerError::undecodable)?;
    text.parse().map_err(HandlerError::undecodable)
}

/// A thermometer with a relay: a client of another make, which speaks MQTT 3.1.1.
async fn device(broker: &str) -> Result<EventLoop, Error> {
    let options = MqttOptions::parse_url(format!("{broker}?client_id=cellar-7"))?;
    let (client, events) = AsyncClient::new(options, 10);
    let (order, reading) = ("heating/cellar/order", "sensors/cellar/temperature");
    client.subscribe(order, QoS::AtLeastOnce).await?;
    client
        .publish(reading, QoS::AtLeastOnce, true, "4.5")
        .await?; // retained: a last value
    Ok(events)
}

/// The next order the device gets.
async fn order(mut events: EventLoop) -> Result<String, Error> {
    loop {
        if let Event::Incoming(Packet::Publish(order)) = events.poll().await? {
            return Ok(String::from_utf8(order.payload.into())?);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let broker = std::env::var("MQTT_URL").unwrap_or_else(|_| "mqtt://localhost:1883".to_owned());
    // An instance's name is its own, and the same at every start: the broker keeps what it missed.
    let bus = trunkline::connect(&format!("{broker}?client_id=example-climate-1")).await?;
    let readings = Binding::builder().key("sensors.*.temperature").build()?;
    let climate = Service::builder("example-climate", bus.clone())
        .on_binding_with(
            HandlerOptions::new().named("regulate"),
            readings.clone(),
            regulate,
        )
        .build()?
        .start()
        .await?;

    let heating = order(device(&broker).await?).await?;
    println!("the heating of cellar is told: {heating}");
    climate.handle().settled(1).await;
    climate.drain().await?;
    let mut screen = bus.subscribe(SubscribeOptions::live([readings])).await?;
    let reading = screen.recv().await.ok_or("the subscription ended")?;
    let degrees = String::from_utf8_lossy(reading.envelope().body());
    println!("a screen that comes later sees {degrees} °C");
    reading.ack().await?;
    screen.close().await?;
    // A last value that is empty is none.
    let none = Envelope::new(RoutingKey::new("sensors.cellar.temperature")?, "");
    bus.publisher()
        .publish_envelope(none, PublishOptions::new().with_retain(true))
        .await?;
    bus.transport().remove_group("example-climate").await?;
    bus.close().await?;
    Ok(())
}
