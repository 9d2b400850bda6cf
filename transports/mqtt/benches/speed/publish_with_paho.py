"""Publishes with paho-mqtt at QoS 1, and prints the seconds until each has its PUBACK."""

import sys
import threading
import time

import paho.mqtt.client as mqtt

PORT, EVENTS, WINDOW = (int(word) for word in sys.argv[1:])
BODY = b"x" * 300

client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "paho", protocol=mqtt.MQTTv5)
places = threading.Semaphore(WINDOW)
client.max_inflight_messages_set(WINDOW)
client.max_queued_messages_set(0)
client.on_publish = lambda *_: places.release()
connected = threading.Event()
client.on_connect = lambda *_: connected.set()
client.connect("127.0.0.1", PORT)
client.loop_start()
connected.wait()
begun = time.monotonic()
for _ in range(EVENTS):
    places.acquire()
    client.publish("calls/call/created", BODY, qos=1)
for _ in range(WINDOW):
    places.acquire()
print(time.monotonic() - begun)
client.disconnect()
