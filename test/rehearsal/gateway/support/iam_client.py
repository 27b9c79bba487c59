"""A Kafka client as in AWS’s documentation for Python: writes or reads, and prints the result as JSON."""

import json
import os
import sys
import time

from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

COUNT = 20
PATIENCE_S = 30


def token(_config):
    value, expiry_ms = MSKAuthTokenProvider.generate_auth_token(os.environ["AWS_REGION"])
    return value, expiry_ms / 1000


def main():
    job = json.loads(sys.stdin.read())
    errors = set()
    common = {
        "bootstrap.servers": ",".join(job["brokers"]),
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "OAUTHBEARER",
        "oauth_cb": token,
        "ssl.ca.location": job["ca_file"],
        "error_cb": lambda error: errors.add(error.name()),
        **job["settings"],
    }
    if job["action"] == "produce":
        print(json.dumps(produce(job, common, errors)))
    else:
        print(json.dumps(consume(job, common)))


def produce(job, common, errors):
    delivered = 0

    def on_delivery(error, _message):
        nonlocal delivered
        if error is None:
            delivered += 1

    producer = Producer(common)
    for i in range(COUNT):
        try:
            producer.produce(job["topic"], f"from python {i}", on_delivery=on_delivery)
        except KafkaException:
            break
    end = time.monotonic() + PATIENCE_S
    final = {"CLUSTER_AUTHORIZATION_FAILED", "_AUTHENTICATION"}
    while delivered < COUNT and not final & errors and time.monotonic() < end:
        try:
            producer.poll(0.1)
        except KafkaException as fatal:
            errors.add(fatal.args[0].name())
    shown = sorted(final & errors) or (sorted(errors) if delivered < COUNT else [])
    return {"delivered": delivered, "errors": shown}


def consume(job, common):
    consumer = Consumer({**common, "group.id": job["group"], "auto.offset.reset": "earliest"})
    consumer.subscribe([job["topic"]])
    read = 0
    end = time.monotonic() + PATIENCE_S
    while read < COUNT and time.monotonic() < end:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error() is not None:
            if message.error().code() == KafkaError._PARTITION_EOF:
                continue
            raise KafkaException(message.error())
        read += 1
    consumer.close()
    return {"read": read}


main()
