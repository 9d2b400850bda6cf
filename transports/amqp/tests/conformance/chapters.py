"""pika in one act of each chapter; writes a JSON line when it is ready, and one for what it heard."""

import json
import sys

import pika

GROUP = "billing"
KEY = "calls.created"
url, exchange = sys.argv[2:4]
connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()


def say(**what):
    print(json.dumps(what), flush=True)


def take(queue):
    """The next of a queue, whenever it comes, unsettled."""
    for method, properties, body in channel.consume(queue):
        return method, properties, body


def publish(body, **properties):
    channel.basic_publish(exchange, KEY, body, pika.BasicProperties(delivery_mode=2, **properties), mandatory=True)


def echo_bytes():
    channel.confirm_delivery()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, exchange, KEY)
    say(listening=True)
    method, _, body = take(queue)
    channel.basic_ack(method.delivery_tag)
    say(bytes=list(body))
    publish(body)


def share():
    numbers = []
    channel.basic_qos(prefetch_count=1)
    consumer = channel.consume(GROUP, inactivity_timeout=0.1)
    next(consumer)
    say(listening=True)
    for method, _, body in consumer:
        if method is None:
            continue
        numbers.append(int(body))
        channel.basic_ack(method.delivery_tag)
        if len(numbers) == 20:
            break
    # Acks that are on their way arrive before the connection ends.
    connection.close()
    say(numbers=numbers)


def read_letter():
    method, properties, body = take(GROUP + ".dead")
    say(headers=properties.headers, body=body.decode())
    channel.basic_ack(method.delivery_tag)


def hand_back():
    method, _, body = take(GROUP)
    channel.basic_nack(method.delivery_tag, requeue=True)
    connection.close()
    say(body=body.decode())


def publish_numbers():
    channel.confirm_delivery()
    for number in range(200):
        publish(str(number).encode())
    say(published=True)


def count_ready():
    say(ready=channel.queue_declare(GROUP, passive=True).method.message_count)


def ask():
    channel.confirm_delivery()
    answers = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(answers, exchange, "answers.of.pika")
    publish(b"how many?", reply_to="answers.of.pika", correlation_id="question-1")
    say(asked=True)
    _, properties, body = take(answers)
    say(body=body.decode(), correlation_id=properties.correlation_id)


ACTS = [echo_bytes, share, read_letter, hand_back, publish_numbers, count_ready, ask]
{act.__name__: act for act in ACTS}[sys.argv[1]]()
