import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withoutReplaced } from '../../../bin/command-with.js';
import { Answers } from '../../../rehearsal/answers.js';
import { planRehearsal } from '../../../rehearsal/plan/plan.js';
import type { GivenOptions } from '../../../rehearsal/index.js';
import { pubsub_error } from '../../../src/base/error.js';
import { corpus, optionsOf, type CorpusEntry } from './support/corpus.js';

/** More commands than a person would follow. */
const MOST_STEPS = 6;

const folder = mkdtempSync(join(tmpdir(), 'followed-'));
afterAll(() => rmSync(folder, { recursive: true }));
const statement = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' };
const document = join(folder, 'policy.json');
writeFileSync(document, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));

/** What a person may write in place of "…". */
const written = {
  'a name': 'demo',
  'the ARN of a policy': 'arn:aws:iam::111122223333:policy/limit',
  'the ARN of a cluster': 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/00000000-0000-4000-8000-000000000000-1',
} as const;

/** The arguments of an option that is printed as one or two words of a shell. */
function pasted(option: string, value: string): string[] {
  const [, name = '', quoted = ''] = /^(\S+) (.*)$/s.exec(option) ?? [];
  const text = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll("'\\''", "'") : quoted;
  return [name, text.replace(/^arn:…$|…/, () => value).replace('POLICY.json', () => document)];
}

function optionsFrom(args: readonly string[], given: GivenOptions): GivenOptions {
  const pairs = args.flatMap((name, at) => (at % 2 === 0 ? [[name, args[at + 1] ?? ''] as const] : []));
  const all = (name: string): string[] => pairs.flatMap(([one, value]) => (one === name ? value : []));
  const one = (name: string): string | undefined => all(name)[0];
  return {
    ...given,
    parameters: Object.fromEntries(all('--parameter').map((text) => text.split(/=(.*)/s).slice(0, 2))) as Record<
      string,
      string
    >,
    answers: new Answers(all('--answer')),
    clusterArn: one('--cluster-arn') ?? given.clusterArn,
    region: one('--region') ?? given.region,
    account: one('--account') ?? given.account,
  };
}

/** The arguments that a case begins with. */
function firstArguments({ options: { answers = [], parameters = {} } = {}, folder: own }: CorpusEntry): string[] {
  return [
    ...answers.flatMap((text) => ['--answer', text.replaceAll('{folder}', own)]),
    ...Object.entries(parameters).flatMap(([key, value]) => ['--parameter', `${key}=${value}`]),
  ];
}

function refusalOf(file: string, options: GivenOptions): pubsub_error | undefined {
  try {
    planRehearsal(file, options);
    return undefined;
  } catch (error) {
    if (pubsub_error.is(error)) return error;
    throw error;
  }
}

describe.each(Object.entries(written))('a printed command can be followed, with %s', (_, value) => {
  const asking = corpus().filter(({ asks, refused }) => asks !== undefined || refused !== undefined);
  test.each(asking.map((one): [string, CorpusEntry] => [one.name, one]))('%s', (_name, one) => {
    let args = firstArguments(one);
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const refused = refusalOf(one.file, optionsFrom(args, optionsOf(one)));
      if (refused === undefined) return;
      expect(refused.raw_message).not.toContain('nothing in the template asks for');
      const { asks = [] } = refused.details as { readonly asks?: readonly string[] };
      const next = [...withoutReplaced(args, asks), ...asks.flatMap((option) => pasted(option, value))];
      // The value does not suit, or something else is refused.
      if (next.join(' ') === args.join(' ')) return;
      args = next;
    }
    throw new Error(`the commands do not end: ${args.join(' ')}`);
  });
});
