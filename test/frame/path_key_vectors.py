"""Writes the vectors of this folder with Google's Python runtime, an implementation that shares no code with ours.

    python3 -m venv venv && venv/bin/pip install protobuf==7.36.2
    venv/bin/python test/frame/path_key_vectors.py

It reads proto/air_core/v1/frame.proto through `npx buf build`, so that it needs neither protoc nor generated code.
Afterwards `git diff test/frame` is empty, or the wire format has changed.
"""

import json
import pathlib
import subprocess

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent

descriptors = descriptor_pb2.FileDescriptorSet.FromString(
    subprocess.run(
        ["npx", "buf", "build", "--as-file-descriptor-set", "-o", "-#format=binpb"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE,
    ).stdout
)


def message_class(files, name):
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


Path = message_class(descriptors, "air_core.v1.Path")
AirCoreFrame = message_class(descriptors, "air_core.v1.AirCoreFrame")


def write(name, content):
    (HERE / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


# --- keys: numbers as texts, because JSON's numbers end at 2^53 ---------------------------------------------------

most = 2**64 - 1
edges = [0, 1, 127, 128, 16383, 16384, 2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**53 + 1, 2**63 - 1, 2**63, most]
paths = [[number] for number in edges]
paths += [list(range(1, length + 1)) for length in range(2, 17)]
paths += [[most] * 12, [most] * 13, [most] * 16]  # 120, 130 and 160 bytes: the length takes two bytes from 128 on
paths += [[2**63] * 12 + [127] * 3 + [2**7], [0] * 16, [7, 1], [1, 7]]

write(
    "path-key-vectors.json",
    [
        {"numbers": [str(number) for number in path], "key": Path(numbers=path).SerializeToString().hex()}
        for path in paths
    ],
)

# --- whole frames: protobuf's JSON beside the bytes ---------------------------------------------------------------

request = AirCoreFrame(command="greet")
request.send_to.correlation_id = "0b5a8a3e-6f4e-4a3d-9a51-3c1d3a1f0c11"
request.send_to.kafka_key.kafka_topic = "worker"
request.send_to.kafka_key.sequence_number_path.numbers.extend([7, 300, most])
request.reply_to.correlation_id = request.send_to.correlation_id
request.reply_to.kafka_key.kafka_topic = "reply_to"
request.reply_to.kafka_key.partition_integer = 11
request.payloads.add(content_type="text/plain; charset=utf-8", text="grüß dich, 世界 🚀")
request.payloads.add(content_type="application/octet-stream", bytes=bytes(range(256)))
request.sent_at.FromMicroseconds(1_767_225_600_123_456)
request.deadline.FromMicroseconds(1_767_225_610_000_001)
hop = request.hops.add(name="requester.sent")
hop.at.FromMicroseconds(1_767_225_600_123_456)

reply = AirCoreFrame(command="greet")
reply.send_to.CopyFrom(request.reply_to)
reply.reply_to.CopyFrom(request.send_to)
reply.sequencing.number = 4_294_967_295
reply.sequencing.last = True

error_reply = AirCoreFrame(command="greet")
error_reply.send_to.CopyFrom(request.reply_to)
error_reply.error.code = "handler_failed"
error_reply.error.message = "no such greeting"
error_reply.sequencing.last = True

# Fields that are there without a value: partition 0, an empty path, an empty text, empty messages.
zeroes = AirCoreFrame()
zeroes.send_to.kafka_key.partition_integer = 0
zeroes.reply_to.kafka_key.sequence_number_path.SetInParent()
zeroes.payloads.add(text="")
zeroes.payloads.add(bytes=b"")
zeroes.payloads.add()
zeroes.sequencing.SetInParent()
zeroes.error.SetInParent()
zeroes.sent_at.SetInParent()

negative = AirCoreFrame()
negative.send_to.kafka_key.partition_integer = -1

frames = {
    "request": request,
    "reply": reply,
    "error reply": error_reply,
    "fields without a value": zeroes,
    "negative partition": negative,
}

# --- a writer of a later version: the same messages with fields that we do not know -------------------------------

later = descriptor_pb2.FileDescriptorSet()
later.CopyFrom(descriptors)
for file in later.file:
    for message in file.message_type if file.package == "air_core.v1" else []:
        for number, kind in ((90, "TYPE_STRING"), (91, "TYPE_UINT64"), (92, "TYPE_DOUBLE"), (93, "TYPE_FIXED32")):
            message.field.add(
                name=f"later_{number}", number=number,
                type=descriptor_pb2.FieldDescriptorProto.Type.Value(kind),
                label=descriptor_pb2.FieldDescriptorProto.Label.Value("LABEL_OPTIONAL"),
            )
LaterFrame = message_class(later, "air_core.v1.AirCoreFrame")


def extended(frame):
    """The same frame as a later version may write it: unknown fields at every level."""
    copy = LaterFrame.FromString(frame.SerializeToString())

    def extend(message):
        for field, value in message.ListFields():
            if field.message_type is None or not field.message_type.full_name.startswith("air_core."):
                continue
            for child in value if field.is_repeated else [value]:
                extend(child)
        message.later_90, message.later_91, message.later_92, message.later_93 = "later", most, 0.5, 7

    extend(copy)
    return copy.SerializeToString()


write(
    "frame-vectors.json",
    [
        {
            "name": name,
            "json": json_format.MessageToDict(frame),
            "bytes": frame.SerializeToString(deterministic=True).hex(),
            "bytes_of_a_later_version": extended(frame).hex(),
        }
        for name, frame in frames.items()
    ],
)

subprocess.run(["npx", "prettier", "--write", "--log-level=warn", str(HERE / "*.json")], cwd=ROOT, check=True)
