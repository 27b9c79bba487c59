import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { air_core_codec, create_frame, path_key_bytes, text_payload, worker_frame } from '../../src/index.js';
import type { Phase } from '../drill.js';
import { measures } from '../measures.js';
import { produceRaw } from '../records/produce.js';
import type { RawRecord } from '../records/record-batch.js';
import type { World } from '../stage/world.js';

const WATCHED_MS = 3_000;

/** A valid frame that a worker must handle; `world` expects this from now on. */
function plantedFrame(world: World, kind: string, partition: number, number: number): RawRecord {
  const id = `planted/${kind}-${partition}/${number}`;
  world.planted.push(id);
  return { ...probe(id, partition), headers: [['run-id', Buffer.from('another-run')]] };
}

function probe(id: string, partition: number): RawRecord {
  const path = [900 + partition];
  const frame = worker_frame({ path, command: 'probe', payloads: [text_payload(id)] });
  return {
    key: Buffer.from(path_key_bytes(path.map(BigInt))),
    value: Buffer.from(air_core_codec.encode(frame)),
  };
}

const noFrames: readonly RawRecord[] = [
  { key: Buffer.from('junk'), value: randomBytes(64) },
  { key: null, value: Buffer.from('{"not":"a frame"}') },
  { key: Buffer.from('empty'), value: Buffer.alloc(0) },
  { key: Buffer.from('tombstone'), value: null },
  { key: null, value: Buffer.from('x'), headers: [['trace', null]] },
];

/** A reply to a request that does not exist. */
function otherReply(): RawRecord {
  const reply = create_frame({
    command: 'probe',
    sendTo: { correlationId: 'unknown-request' },
    payloads: [text_payload('unknown-request')],
  });
  return { key: null, value: Buffer.from(air_core_codec.encode(reply)), headers: [['trace', null]] };
}

const bad: Phase = {
  drills: [
    {
      name: 'bad-records',
      title: 'both topics get bytes that are not frames, null values, null headers, and frames of others',
    },
  ],
  alone: false,
  network: 'direct',
  async bring({ world, fault, heal, prove }) {
    const { workerTopic, replyTopic } = world.names;
    let written = 0;
    fault();
    await world.place.withAdmin(async (admin) => {
      for (let partition = 0; partition < measures.partitions; partition += 1) {
        const nullHeader: RawRecord = {
          ...plantedFrame(world, 'null-header', partition, 1),
          headers: [
            ['trace', null],
            ['traceparent', null],
          ],
        };
        const records = [...noFrames, nullHeader, plantedFrame(world, 'other-run', partition, 1)];
        await produceRaw(admin, workerTopic, partition, records);
        await produceRaw(admin, replyTopic, partition, [...noFrames, otherReply()]);
        written += records.length + noFrames.length + 1;
      }
    });
    heal();
    prove(written > 0, 'the brokers acknowledged them', `${written} records`);
    await sleep(WATCHED_MS);
  },
};

const lz4: Phase = {
  drills: [
    { name: 'lz4-records', title: 'three records that are compressed with lz4 are written to the worker topic' },
  ],
  alone: false,
  network: 'direct',
  async bring({ world, fault, heal, prove }) {
    const offsets: number[] = [];
    world.isReadable = false;
    fault();
    await world.place.withAdmin(async (admin) => {
      for (let partition = 0; partition < 3; partition += 1) {
        const record = plantedFrame(world, 'lz4', partition, 1);
        offsets.push(await produceRaw(admin, world.names.workerTopic, partition, [record], 'lz4'));
      }
    });
    heal();
    prove(offsets.length === 3, 'the brokers acknowledged them', `at the offsets ${offsets.join(', ')}`);
    await sleep(WATCHED_MS);
  },
};

export const phases: readonly Phase[] = [bad, lz4];
