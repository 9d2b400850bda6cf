"""A witness: publishes and subscribes with paho-mqtt, and reads our format from its description.

Reads JSON lines from standard input, writes JSON lines to standard output.
"""

import base64
import json
import sys
import threading
from urllib.parse import unquote

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PORT, OLD = int(sys.argv[1]), sys.argv[2] == "3.1.1"
USER, PASSWORD = sys.argv[3:]
MAGIC = b"trunkline1 "
lock = threading.Lock()


def say(line):
    with lock:
        print(json.dumps(line), flush=True)


def to_text(value):
    if isinstance(value, bool):
        return "b", "true" if value else "false"
    if isinstance(value, int):
        return "i", str(value)
    if isinstance(value, str):
        return "s", value
    raise ValueError(f"the witness writes no {value!r}")


def from_text(letter, text):
    if letter == "b":
        return text == "true"
    if letter == "i":
        return int(text)
    return text


def the_id(ours):
    if "x-trunkline-stamp" not in ours:
        return ours.get("x-trunkline-id")
    _number, _time, written, _publisher = ours["x-trunkline-stamp"].split(" ", 3)
    return None if written == "-" else unquote(written)


def unpack(payload):
    if not payload.startswith(MAGIC):
        return None, payload
    digits, rest = payload[len(MAGIC) :].split(b"\n", 1)
    length = int(digits)
    return json.loads(rest[:length]), rest[length + 1 :]


def on_message(_client, _data, message):
    if OLD:
        head, body = unpack(message.payload)
        pairs = (head or {}).get("properties", [])
        content_type = (head or {}).get("content_type")
    else:
        body = message.payload
        pairs = getattr(message.properties, "UserProperty", [])
        content_type = getattr(message.properties, "ContentType", None)
    ours = {name: value for name, value in pairs if name.startswith("x-trunkline-")}
    plain = [(name, value) for name, value in pairs if name not in ours]
    types = ours.get("x-trunkline-types", "")
    types += "s" * (len(plain) - len(types))
    say(
        {
            "what": "event",
            "key": message.topic.replace("/", "."),
            "headers": {n: from_text(t, v) for t, (n, v) in zip(types, plain)},
            "content_type": content_type,
            "id": the_id(ours),
            "body": base64.b64encode(body).decode(),
        }
    )


def publish(client, event):
    typed = [(name, *to_text(value)) for name, value in event["headers"].items()]
    pairs = [(name, text) for name, _, text in typed]
    letters = "".join(letter for _, letter, _ in typed)
    if letters.strip("s"):
        pairs.append(("x-trunkline-types", letters))
    if event["id"] is not None:
        pairs.append(("x-trunkline-id", event["id"]))
    body, properties = base64.b64decode(event["body"]), None
    if OLD and (pairs or event["content_type"]):
        head = {"properties": pairs}
        if event["content_type"] is not None:
            head["content_type"] = event["content_type"]
        head = json.dumps(head).encode()
        body = MAGIC + str(len(head)).encode() + b"\n" + head + b"\n" + body
    elif not OLD:
        properties = Properties(PacketTypes.PUBLISH)
        if pairs:
            properties.UserProperty = pairs
        if event["content_type"] is not None:
            properties.ContentType = event["content_type"]
    topic = event["key"].replace(".", "/")
    client.publish(topic, body, qos=1, properties=properties).wait_for_publish()
    say({"what": "published"})


def main():
    version = mqtt.MQTTv311 if OLD else mqtt.MQTTv5
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, f"witness-{USER}", protocol=version)
    client.on_message = on_message
    client.on_subscribe = lambda *_: say({"what": "listening"})
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    if USER:
        client.username_pw_set(USER, PASSWORD)
    client.reconnect_delay_set(max_delay=1)
    if OLD:
        client.connect("127.0.0.1", PORT)
    else:
        # With a session, what comes while the broker restarts waits for it. mosquitto 2.0.11 keeps
        # none over a restart that began with a clean start.
        lasting = Properties(PacketTypes.CONNECT)
        lasting.SessionExpiryInterval = 600
        client.connect("127.0.0.1", PORT, clean_start=False, properties=lasting)
    client.loop_start()
    connected.wait()
    for line in sys.stdin:
        question = json.loads(line)
        if question["what"] == "publish":
            publish(client, question)
        else:
            client.subscribe(question["key"].replace(".", "/"), qos=1)


main()
