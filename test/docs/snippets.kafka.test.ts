import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { entries } from '../../scripts/entries.js';
import { Deadline } from '../../src/base/deadline.js';
import { config } from '../../src/index.js';
import { createTopics, deleteTopics } from '../../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { patient } from '../support/patience.js';
import { built } from '../support/programs.js';
import { handWrittenPages, ROOT, SnippetFolder, snippetsOf, type Snippet } from '../../scripts/docs/snippets.js';

/** How a program of a page is run, and what it prints. */
interface Run {
  readonly page: string;
  /** A string that only this program has. */
  readonly has: string;
  /** On stdout; what is on stderr, if it should print there. */
  readonly prints: string | RegExp;
  readonly errors?: RegExp;
  /** The program that answers it, which runs until it is ended. */
  readonly beside?: string;
}

const runs: readonly Run[] = [
  { page: 'README.md', has: "command: 'greet', payloads", prints: 'hello, Ann\n' },
  { page: 'README.md', has: '// 6. receive', prints: 'hello\n' },
  { page: 'docs/configuration.md', has: 'config.from_env();', prints: '' },
  { page: 'docs/errors.md', has: 'reply_in_time', prints: '' },
  { page: 'docs/first-service.md', has: '// orders.ts', beside: '// pricing.ts', prints: '14\n' },
  { page: 'docs/first-service.md', has: 'accepted: true', prints: '' },
  { page: 'docs/first-service.md', has: 'fail_fast', prints: '', errors: /^deadline_exceeded Check that a worker/ },
  { page: 'docs/first-service.md', has: 'await fetch', prints: '' },
  { page: 'docs/first-service.md', has: 'request_many', prints: 'A-1\nB-2\n' },
  { page: 'docs/first-service.md', has: "topics: { worker: 'invoices' }", prints: '' },
  { page: 'docs/first-service.md', has: '// order-service.ts', prints: '' },
  { page: 'docs/opentelemetry.md', has: '// telemetry.ts', prints: '' },
  { page: 'docs/opentelemetry.md', has: '// sdk.ts', prints: '' },
];

/** Makes the programs ready for Node: transforms them, and installs the package beside them. */
async function prepare(folder: SnippetFolder, snippets: readonly Snippet[]): Promise<void> {
  for (const snippet of snippets) {
    const { code } = await transform(snippet.text, { loader: 'ts', target: 'node20' });
    await writeFile(runnable(folder, snippet), code);
  }
  const installed = join(folder.path, 'node_modules', 'easy-pubsub');
  await mkdir(installed, { recursive: true });
  const exported = Object.entries(entries).map(([name, source]) => [
    name === 'index' ? '.' : `./${name}`,
    `./${name}.js`,
    `export * from '${built(source)}';\n`,
  ]);
  const exports = Object.fromEntries(exported) as object;
  await writeFile(join(installed, 'package.json'), JSON.stringify({ name: 'easy-pubsub', type: 'module', exports }));
  for (const [, file = '', text = ''] of exported) await writeFile(join(installed, file), text);
}

function runnable(folder: SnippetFolder, snippet: Snippet): string {
  return folder.file(snippet).replace(/\.ts$/, '.js');
}

/** Programs that are not run, and why. */
const others: Readonly<Record<string, string>> = {
  '// contract.ts': 'orders.ts and pricing.ts import it',
  '// pricing.ts': 'it runs beside orders.ts',
  'createServer(': 'it listens on a port that the machine may use',
  '// total.ts': 'the tests beside it import it',
  '// total.test.ts': 'test/testing/runners.test.ts runs it',
  '// total.node.ts': 'test/testing/runners.test.ts runs it',
  '// global-kafka.ts': 'test/testing/runners.test.ts runs it',
  '// prometheus.ts': 'it listens on a port that the machine may use',
  'grantPubsub(pricing': 'it creates a template; test/cdk does',
};

const id = randomUUID().slice(0, 8);
const topicOf = (name: string): string => `${name}-${id}`;
/** Each run has its own, so that it has the requests of its own programs only. */
const topics = [
  ...['orders', 'invoices', 'pricing', ...runs.flatMap((_, at) => [`worker-${at}`, `reply_to-${at}`])].map(topicOf),
  ...['orders', 'pricing'].flatMap((name) => [`${topicOf(name)}.replies`, `${topicOf(name)}.dead`]),
];
const connection = kafkaConnection(config.create({ connection: { brokers: inject('brokers') } }));
let programs: Snippet[];
let folder: SnippetFolder;

beforeAll(async () => {
  await createTopics(
    connection,
    topics.map((topic) => ({ topic, partitions: 1, replicationFactor: 1 })),
    new Deadline(30_000),
  );
  const all = (await Promise.all((await handWrittenPages()).map(snippetsOf))).flat();
  programs = all.filter(({ language }) => language === 'ts');
  // Topics of their own, because all tests share the broker.
  const renamed = programs.map((one) => ({
    ...one,
    text: one.text
      .replaceAll(/worker: '(orders|invoices)'/g, (_, name: string) => `worker: '${topicOf(name)}'`)
      .replaceAll(/topics\('(orders|pricing)'\)/g, (_, name: string) => `topics('${topicOf(name)}')`),
  }));
  folder = await SnippetFolder.make(renamed);
  await prepare(folder, renamed);
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await deleteTopics(connection, topics, new Deadline(10_000)).catch(() => undefined);
});

function programWith(page: string, text: string): Snippet {
  const found = programs.filter((one) => one.page === page && one.text.includes(text));
  expect(found, text).toHaveLength(1);
  return found[0]!;
}

function start(program: Snippet, at: number): ChildProcess {
  return spawn(process.execPath, [runnable(folder, program)], {
    cwd: folder.path,
    env: {
      PATH: process.env['PATH'],
      HOME: ROOT,
      PUBSUB_BROKERS: inject('brokers').join(','),
      PUBSUB_WORKER_TOPIC: topicOf(`worker-${at}`),
      PUBSUB_REPLY_TO_TOPIC: topicOf(`reply_to-${at}`),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

describe('programs of the pages do what the pages say, on a real Kafka', () => {
  test.each(runs.map((run) => [`${run.page}: ${run.has}`, run] as const))(
    '%s',
    { timeout: patient(40_000) },
    async (_, { page, has, prints, errors, beside }) => {
      const at = runs.findIndex((run) => run.has === has);
      const answers = beside === undefined ? undefined : start(programWith(page, beside), at);
      const answersEnd = answers === undefined ? undefined : ended(answers);
      try {
        const { code, stdout, stderr } = await ended(start(programWith(page, has), at));
        expect({ code, stdout, stderr: errors === undefined ? stderr : '' }).toEqual({
          code: 0,
          stdout: prints,
          stderr: '',
        });
        if (errors !== undefined) expect(stderr).toMatch(errors);
      } finally {
        answers?.kill('SIGTERM');
        await answersEnd;
      }
    },
  );

  test('every program is run, or has a reason why not', () => {
    const known = [...runs.map(({ has }) => has), ...Object.keys(others)];
    const unknown = programs.filter(({ text }) => !known.some((one) => text.includes(one)));
    expect(unknown.map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
  });
});
