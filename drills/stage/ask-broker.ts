import { once } from 'node:events';
import { connect } from 'node:net';
import { framed, int16, int32, noTags, string, WireReader } from '../../rehearsal/gateway/protocol/wire.js';

const TIMEOUT_MS = 5_000;
const DESCRIBE_QUORUM = 55;
const ELECT_LEADERS = 43;
const ELECTION_NOT_NEEDED = 84;
const METADATA = 3;
const METADATA_VERSION = 12;
/** The null id, with which a broker answers for a topic that it does not know. */
const NO_ID = '0'.repeat(32);

/** The node that is the active controller now. In KRaft, the metadata response names any broker instead. */
export async function activeController(broker: string): Promise<number> {
  const topic = Buffer.concat([Buffer.from([2]), string('__cluster_metadata', true)]);
  const partition = Buffer.concat([Buffer.from([2]), int32(0), noTags, noTags]);
  const answer = await ask(
    broker,
    Buffer.concat([int16(DESCRIBE_QUORUM), int16(0), int32(1), string('drill'), noTags, topic, partition, noTags]),
  );
  const reader = new WireReader(answer);
  reader.int32();
  reader.skipTags();
  const error = reader.int16();
  if (error !== 0) throw new Error(`the quorum cannot be described: error ${error}`);
  reader.uvarint();
  reader.string(true);
  reader.uvarint();
  reader.int32();
  reader.int16();
  return reader.int32();
}

/**
 * The id of a topic as a broker knows it now: it differs after the topic was created again. Undefined if the broker does
 * not know the topic, for example because it has not read of the creation yet.
 */
export async function topicId(broker: string, topic: string): Promise<string | undefined> {
  const one = Buffer.from([2]);
  const topics = Buffer.concat([one, Buffer.alloc(16), string(topic, true), noTags]);
  const options = Buffer.from([0, 0]);
  const answer = await ask(
    broker,
    Buffer.concat([
      int16(METADATA),
      int16(METADATA_VERSION),
      int32(1),
      string('drill'),
      noTags,
      topics,
      options,
      noTags,
    ]),
  );
  const reader = new WireReader(answer);
  reader.int32();
  reader.skipTags();
  reader.int32();
  for (let left = reader.listLength(true) ?? 0; left > 0; left -= 1) {
    reader.int32();
    reader.string(true);
    reader.int32();
    reader.string(true);
    reader.skipTags();
  }
  reader.string(true);
  reader.int32();
  if (reader.listLength(true) !== 1) throw new Error(`the broker did not answer for one topic (${topic})`);
  reader.int16();
  reader.string(true);
  const id = reader.take(16).toString('hex');
  return id === NO_ID ? undefined : id;
}

/** Elects the preferred leader of each partition, after brokers were down. Throws if a partition cannot have it now. */
export async function electPreferredLeaders(broker: string): Promise<void> {
  const answer = await ask(
    broker,
    Buffer.concat([int16(ELECT_LEADERS), int16(0), int32(1), string('drill'), int32(-1), int32(TIMEOUT_MS)]),
  );
  const reader = new WireReader(answer);
  reader.int32();
  reader.int32();
  for (let topics = reader.listLength() ?? 0; topics > 0; topics -= 1) {
    const topic = reader.string();
    for (let partitions = reader.listLength() ?? 0; partitions > 0; partitions -= 1) {
      const partition = reader.int32();
      const error = reader.int16();
      const message = reader.string();
      if (error !== 0 && error !== ELECTION_NOT_NEEDED)
        throw new Error(`no election for ${topic ?? ''}:${partition}: error ${error} ${message ?? ''}`);
    }
  }
}

/** Sends one request of Kafka's protocol, and resolves with the response; both without their size. */
export async function ask(broker: string, request: Buffer): Promise<Buffer> {
  const colon = broker.lastIndexOf(':');
  const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    socket.write(framed(request));
    let bytes = Buffer.alloc(0);
    for (;;) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) return bytes.subarray(4);
    }
  } finally {
    socket.destroy();
  }
}
