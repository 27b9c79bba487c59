import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { FunctionName } from '../../lambda/functions.js';
import type { FunctionProcess, Invocation } from '../../local/functions/index.js';
import { differences } from '../support/expected.js';
import { bundleFunctions, functionIn, type FunctionAssets } from '../support/functions.js';
import { makeWorld, type World } from '../support/world.js';
import { scenarios, type Step } from './scenarios.js';
import { patient } from '../support/patience.js';

let assets: FunctionAssets;
beforeAll(async () => {
  assets = await bundleFunctions();
});

const read = (name: string): unknown => JSON.parse(readFileSync(`events/${name}.json`, 'utf8'));

/** What Lambda's caller sees, with the topics called as they are by default, and whatever Node this is as Lambda's. */
function shown(answer: Invocation, { settings }: World): unknown {
  const seen = answer.ok
    ? answer.result
    : { errorType: answer.error.errorType, errorMessage: answer.error.errorMessage };
  const text = JSON.stringify(seen)
    .replaceAll(settings.topics.worker, 'sanity.worker')
    .replaceAll(settings.topics.reply_to, 'sanity.reply_to')
    .replaceAll(process.version, 'v24.0.0');
  return JSON.parse(text) as unknown;
}

describe.each(Object.entries(scenarios))('%s', (_, steps) => {
  test('every event returns its expected result', { timeout: patient(60_000) }, async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 3, replyPartitions: 3 });
    const processes = new Map<FunctionName, FunctionProcess>();
    const wrong: string[] = [];
    const invoke = async ({ event, expected = event, timeoutMs = 30_000 }: Step): Promise<void> => {
      const name = event.slice(0, event.indexOf('/')).replace('-', '_') as FunctionName;
      const running = processes.get(name) ?? functionIn(world, assets, name);
      processes.set(name, running);
      const answer = await running.invoke(read(event), timeoutMs);
      wrong.push(...differences(read(`${expected}.expected`), shown(answer, world), expected));
    };
    const behind: Promise<void>[] = [];
    try {
      for (const step of steps) {
        if (step.behind) behind.push(invoke(step));
        else await invoke(step);
      }
      await Promise.all(behind);
    } finally {
      await Promise.all([...processes.values()].map((running) => running.stop()));
    }
    expect(wrong).toEqual([]);
  });
});

test('every event is in a scenario, and its expected result is in a file beside it', () => {
  const files = readdirSync('events', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
  const steps = Object.values(scenarios).flat();
  const used = steps.flatMap(({ event, expected = event }) => [event, `${expected}.expected`]);
  expect(files.toSorted()).toEqual([...new Set(used)].toSorted());
});
