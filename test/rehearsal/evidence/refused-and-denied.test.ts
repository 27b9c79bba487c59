import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuthorizerLogs } from '../../../rehearsal/evidence/authorizer-logs.js';
import { DenialFeed } from '../../../rehearsal/evidence/denial-feed.js';
import { RefusalsAndDenials } from '../../../rehearsal/evidence/refused-and-denied.js';

const ROLE = 'arn:aws:iam::111122223333:role/Orders-Role-1A2B';
/** A denial as a broker logs it. */
const denied = `[2026-11-25 00:31:26,327] INFO Principal = User:${ROLE} is Denied operation = WRITE from host = 127.0.0.1 on resource = Topic:LITERAL:orders for request = Produce with resourceRefCount = 1 (kafka.authorizer.logger)`;

test('a refusal names the role, or the access key of the login', () => {
  const lines: string[] = [];
  const denials = new RefusalsAndDenials((line) => lines.push(line));
  const refusal = { id: '1', reason: 'key_unknown', sentence: 'the key is unknown', gateway: 'g', at: '' } as const;
  denials.refused({ ...refusal, accessKeyId: 'AKIAREAL' });
  denials.refused({ ...refusal, reason: 'connect_not_granted', roleArn: ROLE, again: 3 });
  expect(lines).toEqual([
    'refused: AKIAREAL: the key is unknown (key_unknown)',
    `refused: role ${ROLE}: the key is unknown (connect_not_granted), 3 times more`,
  ]);
});

describe('a log that cannot be read', () => {
  let log: string;
  beforeEach(async () => {
    log = join(await mkdtemp(join(tmpdir(), 'easy-pubsub-denials-')), 'kafka-authorizer.log');
    // It can be opened, and not read.
    await mkdir(log);
  });
  afterEach(() => rm(dirname(log), { recursive: true, force: true }));

  async function becomesReadable(): Promise<void> {
    await rm(log, { recursive: true });
    await writeFile(log, `${denied}\n`);
  }

  test('is reported once, fails no invocation, and is read again', async () => {
    const lines: string[] = [];
    const denials = new RefusalsAndDenials((line) => lines.push(line));
    denials.begin(new AuthorizerLogs([log]), new Map(), [{ arn: ROLE, logicalId: 'Orders' }]);
    await denials.look();
    await denials.look();
    expect(lines).toEqual([expect.stringMatching(/^denials of the brokers cannot be read: EISDIR/)]);
    await becomesReadable();
    await denials.look();
    expect(lines.slice(1)).toEqual(['denied: role Orders: kafka-cluster:WriteData on topic orders (Produce)']);
    await rm(log);
    await denials.look();
    expect(lines, 'the rehearsal has ended').toHaveLength(2);
  });

  test('fails a look of the feed, and the next look reads it again', async () => {
    const lines: string[] = [];
    await rm(log, { recursive: true });
    await writeFile(log, '');
    await using feed = await DenialFeed.start(
      new AuthorizerLogs([log]),
      (line) => lines.push(line),
      () => undefined,
      () => undefined,
    );
    await rm(log);
    await mkdir(log);
    await expect(feed.look()).rejects.toMatchObject({ code: 'EISDIR' });
    await becomesReadable();
    await feed.look();
    expect(lines).toEqual(['denied: role Orders-Role-1A2B: kafka-cluster:WriteData on topic orders (Produce)']);
  });
});
