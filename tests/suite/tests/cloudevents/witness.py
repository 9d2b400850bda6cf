"""CloudEvents' own SDK as a witness: on RabbitMQ through pika, on MQTT through paho.

    witness.py hear-rabbit URL EXCHANGE      says what it hears, as the SDK reads it
    witness.py tell-rabbit URL EXCHANGE      publishes what the SDK writes, in each of its ways
    witness.py hear-mqtt PORT TOPIC          the same on MQTT 5
    witness.py tell-mqtt PORT TOPIC

Writes a JSON line when it listens, and one for each event.
"""

import json
import sys
from datetime import datetime, timezone

import paho.mqtt.client as mqtt
import pika
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cloudevents.core.bindings import amqp, rabbitmq
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

JSON = JSONFormat()
TIME = datetime(2026, 2, 3, 4, 5, 6, 78000, tzinfo=timezone.utc)


def say(**what):
    print(json.dumps(what, default=str), flush=True)


def say_event(way, event):
    say(way=way, attributes=event.get_attributes(), data=event.get_data())


def events(prefix):
    """One event for each kind of data, with extensions of each type the SDK has."""
    shared = {"source": "/python", "time": TIME, "tenant": "acme", "user": "u/1"}
    data = {"door": "caf\u00e9", "times": 3}
    kinds = {
        "json": ({"datacontenttype": "application/json"}, data),
        "untyped": ({}, data),
        "bytes": ({"datacontenttype": "image/png"}, b"\xff\x00"),
        "text": ({"datacontenttype": "text/plain"}, "a \u00e9"),
    }
    for kind, (more, data) in kinds.items():
        attributes = shared | more | {"type": "com.example." + kind, "id": prefix + kind}
        yield CloudEvent(attributes, data)


def read_amqp(headers, content_type, body):
    """As the SDK reads it: by the binding whose prefix the headers have."""
    if any(name.startswith("ce-") for name in headers):
        message = rabbitmq.RabbitMQMessage(headers, content_type, body)
        return "ce-", rabbitmq.from_rabbitmq(message, JSON)
    message = amqp.AMQPMessage({"content-type": content_type}, headers, body)
    way = next((name[:12] for name in headers if name.startswith("cloudEvents")), "structured")
    return way, amqp.from_amqp(message, JSON)


def channel_of(url, exchange):
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.exchange_declare(exchange, "topic", durable=True)
    return channel


def hear_rabbit(url, exchange):
    channel = channel_of(url, exchange)
    channel.queue_declare("of-python", auto_delete=True)
    channel.queue_bind("of-python", exchange, "#")
    heard = channel.consume("of-python", auto_ack=True)
    say(listening=True)
    for _, properties, body in heard:
        headers = properties.headers or {}
        headers = {k: v for k, v in headers.items() if not k.startswith("x-trunkline-")}
        say_event(*read_amqp(headers, properties.content_type, body))


def tell_rabbit(url, exchange):
    channel = channel_of(url, exchange)
    channel.confirm_delivery()

    def tell(headers, content_type, body):
        properties = pika.BasicProperties(headers=headers, content_type=content_type)
        channel.basic_publish(exchange, "any.key", body, properties, mandatory=True)

    for event in events("amqp-"):
        message = amqp.to_binary(event, JSON)
        tell(
            message.application_properties,
            message.properties.get("content-type"),
            message.application_data,
        )
    for event in events("rabbit-"):
        message = rabbitmq.to_binary(event, JSON)
        tell(message.headers, message.content_type, message.body)
    for event in events("structured-"):
        message = rabbitmq.to_structured(event, JSON)
        tell(message.headers, message.content_type, message.body)
    say(told=True)


def client_of(port):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", int(port))
    return client


def hear_mqtt(port, topic):
    client = client_of(port)

    def on_message(_client, _data, message):
        pairs = getattr(message.properties, "UserProperty", [])
        # The transport's own, which no attribute may be called.
        attributes = {k: v for k, v in pairs if not k.startswith("x-trunkline-")}
        content_type = getattr(message.properties, "ContentType", None)
        if content_type.startswith("application/cloudevents"):
            say_event("structured", JSON.read(None, message.payload))
            return
        # The SDK has no binding for MQTT; attributes are user properties as they are (§3.1.3), so
        # those of another binding without its prefix.
        headers = {"ce-" + name: value for name, value in attributes.items()}
        message = rabbitmq.RabbitMQMessage(headers, content_type, message.payload)
        say_event("binary", rabbitmq.from_binary(message, JSON))

    client.on_message = on_message
    client.on_subscribe = lambda *_: say(listening=True)
    client.subscribe(topic, qos=1)
    client.loop_forever()


def tell_mqtt(port, topic):
    client = client_of(port)
    client.loop_start()

    def tell(pairs, content_type, body):
        properties = Properties(PacketTypes.PUBLISH)
        properties.UserProperty = pairs
        if content_type:
            properties.ContentType = content_type
        client.publish(topic, body, qos=1, properties=properties).wait_for_publish()

    for event in events("mqtt-"):
        message = rabbitmq.to_binary(event, JSON)
        pairs = [(name.removeprefix("ce-"), value) for name, value in message.headers.items()]
        tell(pairs, message.content_type, message.body)
    for event in events("structured-"):
        tell([], JSON.get_content_type(), JSON.write(event))
    say(told=True)


ACTS = {
    "hear-rabbit": hear_rabbit,
    "tell-rabbit": tell_rabbit,
    "hear-mqtt": hear_mqtt,
    "tell-mqtt": tell_mqtt,
}
ACTS[sys.argv[1]](*sys.argv[2:])
