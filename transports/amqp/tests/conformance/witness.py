"""A client of another make: kombu, the library Wazo's own services use.

Reads commands as JSON lines, writes what it did and heard as JSON lines.
"""

import base64
import json
import sys
import threading

from kombu import Connection, Consumer, Exchange, Producer, Queue

url, exchange_name, kind = sys.argv[1:4]
exchange = Exchange(exchange_name, type=kind, durable=True)
# Keys are matched by the topic exchange beside a headers exchange.
keys = Exchange(exchange_name + ".keys", type="topic", durable=True) if kind == "headers" else exchange
writing = threading.Lock()


def say(**what):
    with writing:
        print(json.dumps(what), flush=True)


def hear(number):
    # The bytes as they came: kombu would read what calls itself JSON.
    def on_message(message):
        message.ack()
        raw = message.body if isinstance(message.body, bytes) else message.body.encode()
        say(
            heard=number,
            key=message.delivery_info["routing_key"],
            headers=message.headers,
            content_type=message.properties.get("content_type") or message.content_type,
            id=message.properties.get("message_id"),
            body=base64.b64encode(raw).decode(),
        )

    return on_message


def declare(channel):
    exchange.bind(channel).declare()
    if kind == "headers":
        beside = keys.bind(channel)
        beside.declare()
        beside.bind_to(exchange=exchange_name, arguments={"x-match": "all"})


def listen(number, key):
    connection = Connection(url)
    declare(connection.default_channel)
    queue = Queue(f"witness-{number}", exchange=keys, routing_key=key, auto_delete=True, durable=False)
    with Consumer(connection, [queue], on_message=hear(number)):
        say(listening=number)
        while True:
            connection.drain_events()


def publish(event):
    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        properties = {}
        if event["id"] is not None:
            properties["message_id"] = event["id"]
        Producer(connection, exchange=exchange).publish(
            base64.b64decode(event["body"]),
            routing_key=event["key"],
            headers=event["headers"],
            content_type=event["content_type"] or "application/data",
            content_encoding="binary",
            **properties,
        )
    say(published=True)


for line in sys.stdin:
    command = json.loads(line)
    if "listen" in command:
        arguments = (command["listen"], command["key"])
        threading.Thread(target=listen, args=arguments, daemon=True).start()
    else:
        publish(command)
