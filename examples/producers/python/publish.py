"""Publishes one model call to `inference-logs`."""

import json
import os
import time
import uuid

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

TOPIC = "inference-logs"

request_id = str(uuid.uuid4())
log = {
    "requestId": request_id,
    "sessionId": "session-1",
    "client": "example-python",
    "workload": "greetings",
    "eventTimeMs": int(time.time() * 1000),
    "request": json.dumps(
        {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": "Say hello to Python."}],
        }
    ),
    "response": json.dumps(
        {
            "choices": [{"message": {"role": "assistant", "content": "Hello, Python!"}}],
            "usage": {"prompt_tokens": 12, "completion_tokens": 5},
        }
    ),
    "model": "gpt-4o",
    "servedBy": "production",
    "promptTokens": 12,
    "completionTokens": 5,
    "latencyMs": 420.0,
    "status": 200,
    "finishReason": "stop",
}

registry = SchemaRegistryClient(
    {"url": os.environ.get("REGISTRY_URL", "http://127.0.0.1:8081")}
)
# The schema is Flywheel's: it is looked up, never registered.
serialize = AvroSerializer(
    registry, conf={"auto.register.schemas": False, "use.latest.version": True}
)
producer = Producer(
    {
        "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092"),
        "client.id": "example-python",
        "enable.idempotence": True,
    }
)


def delivered(error, message):
    if error is not None:
        raise SystemExit(f"not published: {error}")
    print(
        f"published {request_id} to {TOPIC}/{message.partition()}/{message.offset()}"
    )


producer.produce(
    TOPIC,
    key=request_id,
    value=serialize(log, SerializationContext(TOPIC, MessageField.VALUE)),
    on_delivery=delivered,
)
if producer.flush(30) > 0:
    raise SystemExit("not published: Kafka does not answer")
