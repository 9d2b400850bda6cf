"""kombu used as wazo-bus uses it: that library is not on PyPI, and is a thin layer over this one.

Publishing: one connection, one producer, one call an event under a lock; a dictionary that kombu writes as
JSON, persistent, with the headers of a Wazo event, tried twice more where the connection fails; no
confirms, not mandatory. Consuming: a
`ConsumerMixin`, no prefetch limit, handlers by the name in the headers, an ack for each event whatever
its handler does.

Reads a job a line from standard input, and answers each with a line of JSON: how long it took, and how
much of the processor this process used.
"""

import json
import sys
import threading
import time
from collections import defaultdict
from datetime import datetime

from kombu import Connection, Exchange, Producer, Queue, binding
from kombu.mixins import ConsumerMixin

NAME = "call_created"
KEY = "calls.42.created"
TENANT = "2c34c282-433e-4bb8-8d56-fec14ff7e1e9"
USER = "cd030e68-ace9-4ad4-bc4e-13c8dec67898"
ORIGIN = "08c56466-8f29-45c7-9856-92bf1ba89b82"


def headers():
    return {
        "tenant_uuid": TENANT,
        f"user_uuid:{USER}": True,
        "required_access": f"event.{NAME}",
        "required_acl": "events.calls.me",
        "name": NAME,
        "origin_uuid": ORIGIN,
        "timestamp": datetime.now().isoformat(),
    }


class Bus:
    """What publishes."""

    def __init__(self, url, exchange):
        self.exchange = exchange
        self.connection = Connection(url)
        self.lock = threading.Lock()
        channel = self.connection.default_channel
        exchange.bind(channel).declare()
        self.producer = Producer(channel, exchange=exchange, auto_declare=True)

    def publish(self, data):
        marshalled = headers()
        body = {**marshalled, "data": data}
        with self.lock:
            self.producer.publish(
                body,
                headers=marshalled,
                exchange=self.exchange,
                routing_key=KEY,
                retry=True,
                retry_policy={"max_retries": 2},
            )


class Listener(ConsumerMixin):
    """What consumes, until it has had so many."""

    def __init__(self, connection, queue, count):
        self.connection = connection
        self.queue = queue
        self.left = count
        self.handlers = defaultdict(list)
        self.handlers[NAME].append(self.handle)
        self.begun = None

    def get_consumers(self, Consumer, channel):
        return [Consumer(queues=[self.queue], callbacks=[self.on_message])]

    def on_message(self, body, message):
        if self.begun is None:
            self.begun = (time.perf_counter(), time.process_time())
        name = message.headers.get("name") or body["name"]
        try:
            for handler in self.handlers[name]:
                handler(body["data"])
        finally:
            message.ack()
        self.left -= 1
        if self.left == 0:
            self.should_stop = True

    def handle(self, data):
        assert data["call_id"]


def answer(begun, cpu):
    print(json.dumps({"took": time.perf_counter() - begun, "cpu": time.process_time() - cpu}), flush=True)


def publish(bus, count):
    data = json.loads(sys.argv[2])
    begun, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        bus.publish(data)
    answer(begun, cpu)


def queue(exchange):
    """Wazo's own kind: gone with its last consumer."""
    wanted = [binding(exchange, arguments={"name": NAME, "x-match": "all"})]
    return Queue("kombu-consume", exchange=exchange, bindings=wanted, durable=False, auto_delete=True)


def main():
    url, exchange = sys.argv[1], Exchange("wazo-headers", type="headers", durable=True)
    bus = Bus(url, exchange)
    for line in sys.stdin:
        job, count = line.split()
        if job == "publish":
            publish(bus, int(count))
        elif job == "declare":
            # Filled before anybody consumes, so that taking is measured alone.
            queue(exchange).bind(bus.connection.default_channel).declare()
            print(json.dumps({"took": 0, "cpu": 0}), flush=True)
        else:
            with Connection(url) as connection:
                listener = Listener(connection, queue(exchange), int(count))
                listener.run()
                answer(*listener.begun)


main()
