import { describe, expect, test } from 'vitest';
import { reachOf } from '../../../rehearsal/plan/reach.js';
import { decideForRole, resourceArn, type ResourceKind } from '../../../rehearsal/policy/index.js';
import { changedVariables } from '../../../rehearsal/plan/additions.js';
import { withBrokers } from '../../../rehearsal/plan/expected-brokers.js';
import { existingTopics, fixedGroups, ownTopics } from '../../../rehearsal/plan/names.js';
import { planRehearsal, type Plan } from '../../../rehearsal/plan/plan.js';
import type { StackModel } from '../../../rehearsal/template/index.js';
import { pubsub_error } from '../../../src/base/error.js';
import { patient } from '../../support/patience.js';
import { corpus, optionsOf, type CorpusEntry } from './support/corpus.js';

/** The time limit of the command, its start included, for refusing what cannot be rehearsed. */
const WITHIN_MS = 2_000;

const cases = corpus().map((one): [string, CorpusEntry] => [one.name, one]);
const planOf = (one: CorpusEntry): Plan => planRehearsal(one.file, optionsOf(one));

test('the corpus has as many templates as documented', () => {
  expect(new Set(cases.map(([, { folder }]) => folder)).size).toBeGreaterThanOrEqual(40);
});

describe('runs', () => {
  test.each(cases.filter(([, { runs }]) => runs !== undefined))('%s', (_, one) => {
    const begin = performance.now();
    const plan = planOf(one);
    expect(performance.now() - begin).toBeLessThan(patient(WITHIN_MS));
    expect(seen(one, plan)).toEqual(right(one));
  });
});

describe('is refused with every reason at once', () => {
  test.each(cases.filter(([, { refused }]) => refused !== undefined))('%s', (_, one) => {
    const begin = performance.now();
    const { code, message, raw_message, hint, details } = refusalOf(one);
    expect(performance.now() - begin).toBeLessThan(patient(WITHIN_MS));
    expect(code).toBe('template_refused');
    const { path, paths = [path], refusals = [raw_message], asks } = details as Record<string, string[] | undefined>;
    // A refusal of the whole template has no path.
    const expected = Object.entries(one.refused ?? {}).map(([at, part]) => [
      at,
      part.replaceAll('{folder}', one.folder),
    ]);
    expect([...paths].sort(), message).toEqual(expected.flatMap(([at]) => at || []).sort());
    expect(refusals, message).toHaveLength(expected.length);
    for (const [at = '', part = ''] of expected) {
      expect(
        refusals.filter((text) => text.startsWith(at) && text.includes(part)),
        message,
      ).toHaveLength(1);
    }
    if (one.asks !== undefined) expect(new Set(asks)).toEqual(new Set(one.asks));
    if (one.hint !== undefined) expect(hint).toContain(one.hint);
    expect(message).not.toMatch(/undefined|\[object|\n\s+at /);
  });
});

test.each(cases.filter(([, { refusedArgument }]) => refusedArgument !== undefined))('%s', (_, one) => {
  expect(refusalOf(one)).toMatchObject({
    code: 'argument_invalid',
    message: expect.stringContaining(one.refusedArgument!) as unknown,
  });
});

test('each case has expected values', () => {
  const silent = cases.filter(([, { runs, refused, refusedArgument }]) => !(runs ?? refused ?? refusedArgument));
  expect(silent.map(([name]) => name)).toEqual([]);
});

function refusalOf(one: CorpusEntry): pubsub_error {
  try {
    planOf(one);
  } catch (error) {
    if (pubsub_error.is(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** The parts of the model that the case names. */
function seen(one: CorpusEntry, plan: Plan): unknown {
  const { clusterArn: arn, roles } = plan.rights;
  const model = withBrokers(plan.model, ['127.0.0.1:9098']);
  const cluster = model.clusters.find((candidate) => candidate.arn === arn) ?? { logicalId: undefined };
  const functionNamed = (id: string) => model.functions.find(({ logicalId }) => logicalId === id)!;
  const planned = (id: string) => plan.model.functions.find(({ logicalId }) => logicalId === id)!;
  const reach = (id: string) => reachOf(planned(id), cluster, model.securityGroups);
  const decide = (role: string, right: string): string => {
    const [action = '', resource = ''] = right.split(' ');
    const [kind = '', ...name] = resource.split('/');
    const rights = roles.get(role)!;
    return decideForRole(rights, `kafka-cluster:${action}`, resourceArn(arn, kind as ResourceKind, name.join('/')));
  };
  const pathsOf = (remarks: StackModel['setAside']) => remarks.map(({ path }) => path.replace(`${one.folder}/`, ''));
  const all: Record<string, unknown> = {
    runs: model.functions.map(({ logicalId }) => logicalId),
    setAside: pathsOf(model.setAside),
    notModelled: pathsOf(model.notModelled),
    madeUp: (one.madeUp ?? []).filter((path) => model.madeUp.some((made) => made.path === path)),
    notes: mapped(one.notes, (path, part) => {
      const sentences = plan.rights.remarks.filter((note) => note.path === path).map(({ sentence }) => sentence);
      return sentences.some((sentence) => sentence.includes(part)) ? part : sentences;
    }),
    cluster: arn,
    topics: [...ownTopics(model, arn), ...existingTopics(model, arn)].map(({ name }) => name),
    groups: fixedGroups(model, arn),
    reach: mapped(one.reach, (id) => reach(id).may),
    why: mapped(one.why, (id, part) => (reach(id).why.includes(part) ? part : reach(id).why)),
    variables: mapped(one.variables, (id, variables) =>
      mapped(variables, (name) => functionNamed(id).environment[name]),
    ),
    changed: mapped(one.changed, (id) => changedVariables(functionNamed(id), ['127.0.0.1:1', '127.0.0.1:2'])),
    rights: mapped(one.rights, (role, { allowed, denied }) => ({
      allowed: allowed.filter((right) => decide(role, right) === 'allowed'),
      denied: denied.filter((right) => decide(role, right) !== 'allowed'),
    })),
  };
  return Object.fromEntries(Object.entries(all).filter(([key]) => one[key as keyof CorpusEntry] !== undefined));
}

function right(one: CorpusEntry): unknown {
  const { name: _name, folder: _folder, file: _file, is: _is, options: _options, fails: _fails, ...expected } = one;
  return expected;
}

function mapped<T>(
  record: Readonly<Record<string, T>> | undefined,
  of: (key: string, value: T) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, of(key, value)]));
}
