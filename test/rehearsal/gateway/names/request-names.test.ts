import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureJars } from '../../../../local/kafka/program/jars.js';
import { readKafkaVersion } from '../../../../local/kafka/program/version.js';
import { Watchdog } from '../../../../local/os/watchdog.js';
import { canName, namesIn } from '../../../../rehearsal/gateway/names/request-names.js';
import { requestLayouts } from '../../../../rehearsal/gateway/names/layouts.js';
import {
  isIn,
  requestDefinitions,
  versionRange,
  type MessageDefinition,
  type MessageField,
} from '../../../../scripts/kafka/message-definitions.js';
import { namesInRequests } from '../../../../scripts/kafka/request-names.js';
import { Deadline } from '../../../../src/base/deadline.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

let definitions: MessageDefinition[] = [];

beforeAll(async () => {
  if ((await embeddedSkip()) !== undefined) return;
  const watchdog = await Watchdog.start();
  try {
    const context = { env: process.env, deadline: new Deadline(180_000), onProgress: () => undefined, watchdog };
    const jars = (await ensureJars(context, readKafkaVersion(process.env), 'broker')).split(':');
    definitions = requestDefinitions(jars.find((jar) => /kafka-clients-[\d.]+\.jar$/.test(jar))!);
  } finally {
    await watchdog.close();
  }
}, 200_000);

test('every request of this Kafka that has names is known, in every version', () => {
  const wanted = namesInRequests([definitions]);
  expect(wanted.length).toBeGreaterThan(40);
  for (const { apiKey, name, layouts, flexibleFrom } of wanted) {
    const known = requestLayouts[apiKey];
    expect([name, known?.flexibleFrom]).toEqual([name, flexibleFrom ?? Infinity]);
    for (const [version, layout] of layouts) {
      const ours = Object.entries(known!.from).findLast(([from]) => Number(from) <= version)?.[1];
      expect([name, version, ours]).toEqual([name, version, layout]);
      expect(version).toBeLessThanOrEqual(known!.last);
    }
  }
});

describe('the names in a request are found, wherever they are', () => {
  test('in any request, of any version', () => {
    const seen = { topic: 0, group: 0, transaction: 0, topicId: 0 };
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.infiniteStream(fc.nat(1_000)), (which, at, numbers) => {
        const named = definitions.filter((one) => canName(one) && one.apiKey !== 16);
        const definition = named[which % named.length]!;
        const [first, last] = versionRange(definition.validVersions)!;
        const version = first + (at % (last - first + 1));
        const sent = new Encoder(definition, version, numbers[Symbol.iterator]());
        const request = sent.request();
        const found = namesIn(request, { apiKey: definition.apiKey, version, correlationId: 7 });
        const what = `${definition.name} ${version}`;
        expect([what, [...found.topics].sort()]).toEqual([what, sent.names('topic')]);
        expect([what, [...found.groups].sort()]).toEqual([what, sent.names('group')]);
        expect([what, [...found.transactionalIds].sort()]).toEqual([what, sent.names('transaction')]);
        expect([what, [...found.topicIds].sort()]).toEqual([what, sent.names('topicId')]);
        for (const kind of ['topic', 'group', 'transaction', 'topicId'] as const) seen[kind] += sent.names(kind).length;
      }),
      { numRuns: 3_000 },
    );
    for (const [kind, times] of Object.entries(seen)) expect([kind, times > 100]).toEqual([kind, true]);
  });

  test.each<[string, number, number, Buffer[], boolean]>([
    ['Metadata of all topics, in its first version', 3, 0, [int32(0)], true],
    ['Metadata of all topics', 3, 1, [int32(-1)], true],
    ['Metadata of no topic', 3, 1, [int32(0)], false],
    ['Metadata of all topics, compact', 3, 12, [Buffer.from([0, 0, 0, 0])], true],
    ['OffsetFetch of all topics', 9, 2, [string('g'), int32(-1)], true],
    ['OffsetFetch of none', 9, 2, [string('g'), int32(0)], false],
  ])('%s', (_, apiKey, version, body, everyTopic) => {
    const flexible = version >= requestLayouts[apiKey]!.flexibleFrom;
    const head = [int16(apiKey), int16(version), int32(1), string('client'), ...(flexible ? [Buffer.from([0])] : [])];
    const request = Buffer.concat([...head, ...body]);
    expect(namesIn(request, { apiKey, version, correlationId: 1 }).everyTopic).toBe(everyTopic);
  });

  test('an unknown version may be about everything', () => {
    const names = namesIn(Buffer.alloc(20), { apiKey: 0, version: 99, correlationId: 1 });
    expect(names).toMatchObject({ everyTopic: true, everyGroup: true });
  });

  test('ListGroups is about every group', () => {
    expect(namesIn(Buffer.alloc(20), { apiKey: 16, version: 0, correlationId: 1 })).toMatchObject({
      everyGroup: true,
      everyTopic: false,
    });
    expect(canName({ apiKey: 16 })).toBe(true);
    expect(canName({ apiKey: 18 })).toBe(false);
  });
});

/** Writes a request with random content, according to Kafka's definition, and remembers the names in it. */
class Encoder {
  readonly #parts: Buffer[] = [];
  readonly #names: Record<string, Set<string>> = {};
  readonly #flexible: boolean;

  constructor(
    private readonly definition: MessageDefinition,
    private readonly version: number,
    private readonly numbers: Iterator<number>,
  ) {
    this.#flexible = isIn(version, definition.flexibleVersions);
  }

  names(kind: string): string[] {
    return [...(this.#names[kind] ?? [])].sort();
  }

  request(): Buffer {
    const { definition, version } = this;
    this.#parts.push(int16(definition.apiKey), int16(version), int32(7), string(this.#number() % 2 ? 'client' : ''));
    if (this.#flexible) this.#tags();
    this.#struct(definition.fields);
    return Buffer.concat(this.#parts);
  }

  #number(): number {
    return this.numbers.next().value as number;
  }

  #struct(fields: readonly MessageField[]): void {
    for (const field of fields) {
      if (isIn(this.version, field.versions) && !isIn(this.version, field.taggedVersions)) this.#field(field);
    }
    if (this.#flexible) this.#tags();
  }

  #tags(): void {
    // Sometimes an unknown one.
    if (this.#number() % 4 === 0) this.#parts.push(Buffer.from([1, 99, 3, 1, 2, 3]));
    else this.#parts.push(Buffer.from([0]));
  }

  #field(field: MessageField): void {
    const nullable = isIn(this.version, field.nullableVersions) && this.#number() % 3 === 0;
    const list = field.type.startsWith('[]');
    const type = list ? field.type.slice(2) : field.type;
    const fields = field.fields ?? this.definition.commonStructs?.find(({ name }) => name === type)?.fields;
    if (list) {
      const length = nullable ? -1 : this.#number() % 3;
      this.#parts.push(this.#flexible ? uvarint(length + 1) : int32(length));
      for (let left = length; left > 0; left -= 1) {
        if (fields !== undefined) this.#struct(fields);
        else this.#value(field, type, false);
      }
    } else if (fields !== undefined) {
      if (isIn(this.version, field.nullableVersions)) this.#parts.push(Buffer.from([nullable ? 0xff : 1]));
      if (!nullable) this.#struct(fields);
    } else {
      this.#value(field, type, nullable);
    }
  }

  #value(field: MessageField, type: string, none: boolean): void {
    const sizes: Record<string, number> = { bool: 1, int8: 1, int16: 2, uint16: 2, int32: 4, int64: 8, float64: 8 };
    if (type === 'uuid') {
      const bytes = Buffer.alloc(16, this.#number() % 256);
      this.#parts.push(bytes);
      if (field.name === 'TopicId' && bytes.some((byte) => byte !== 0)) this.#note('topicId', bytes.toString('hex'));
    } else if (type === 'string') {
      const text = none ? undefined : `n${this.#number()}${'x'.repeat(this.#number() % 200)}`;
      this.#parts.push(this.#flexible ? compact(text) : string(text));
      if (text !== undefined) this.#noteText(field, text);
    } else if (type === 'bytes' || type === 'records') {
      const bytes = none ? undefined : Buffer.alloc(this.#number(), 1);
      this.#parts.push(this.#flexible ? uvarint((bytes?.length ?? -1) + 1) : int32(bytes?.length ?? -1));
      if (bytes !== undefined) this.#parts.push(bytes);
    } else {
      this.#parts.push(Buffer.alloc(sizes[type]!, this.#number() % 128));
    }
  }

  #noteText({ entityType, name }: MessageField, text: string): void {
    const message = this.definition.name;
    if (entityType === 'topicName' && !(message.startsWith('DescribeTopicPartitions') && name === 'TopicName')) {
      this.#note('topic', text);
    }
    if (message.includes('Configs') && name === 'ResourceName') this.#note('topic', text);
    if (entityType === 'groupId') this.#note('group', text);
    if (entityType === 'transactionalId') this.#note('transaction', text);
    if (message.startsWith('FindCoordinator') && (name === 'Key' || name === 'CoordinatorKeys')) {
      this.#note('group', text);
      this.#note('transaction', text);
    }
  }

  #note(kind: string, name: string): void {
    (this.#names[kind] ??= new Set()).add(name);
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function string(text: string | undefined): Buffer {
  return text === undefined ? int16(-1) : Buffer.concat([int16(text.length), Buffer.from(text)]);
}

function compact(text: string | undefined): Buffer {
  return text === undefined ? uvarint(0) : Buffer.concat([uvarint(text.length + 1), Buffer.from(text)]);
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
