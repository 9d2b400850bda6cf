"""Clients of other makes in a Wazo stack: kombu on `xivo`, pika on `wazo-headers`.

One act a run; writes a JSON line when it listens, and one for what it heard.
"""

import json
import sys

import pika
from kombu import Connection, Consumer, Exchange, Producer, Queue

XIVO = Exchange("xivo", type="topic", durable=True)


def say(**what):
    print(json.dumps(what), flush=True)


def hear_on_xivo(url, key):
    with Connection(url) as connection:
        queue = Queue("of-kombu", exchange=XIVO, routing_key=key, auto_delete=True, durable=False)
        heard = []

        def on_message(message):
            message.ack()
            heard.append(message)

        with Consumer(connection, [queue], on_message=on_message):
            say(listening=True)
            while not heard:
                connection.drain_events()
        [message] = heard
        say(
            exchange=message.delivery_info["exchange"],
            key=message.delivery_info["routing_key"],
            headers=message.headers,
            content_type=message.content_type,
            body=json.loads(message.body),
        )


def hear_on_headers(url, name):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare("wazo-headers", "headers", durable=True)
    channel.queue_declare("of-pika", auto_delete=True)
    wanted = {"x-match": "all", "name": name, "user_uuid:*": True}
    channel.queue_bind("of-pika", "wazo-headers", arguments=wanted)
    heard = channel.consume("of-pika", auto_ack=True)
    say(listening=True)
    method, properties, body = next(heard)
    say(
        exchange=method.exchange,
        key=method.routing_key,
        headers=properties.headers,
        content_type=properties.content_type,
        body=json.loads(body),
    )


EVENT = {"name": "call_created", "origin_uuid": "o", "data": {"call_id": "1.42"}}
HEADERS = {"name": "call_created", "origin_uuid": "o", "user_uuid:*": True}


def tell_on_headers(url, key):
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    properties = pika.BasicProperties(headers=HEADERS, content_type="application/json")
    channel.basic_publish("wazo-headers", key, json.dumps(EVENT).encode(), properties, mandatory=True)
    say(told=True)


def tell_on_xivo(url, key):
    with Connection(url, transport_options={"confirm_publish": True}) as connection:
        Producer(connection, exchange=XIVO).publish(EVENT, routing_key=key, headers=HEADERS)
    say(told=True)


ACTS = [hear_on_xivo, hear_on_headers, tell_on_headers, tell_on_xivo]
act = {act.__name__: act for act in ACTS}[sys.argv[1]]
act(*sys.argv[2:])
