import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { catalogue, choose, drillNames, type Chosen } from './catalogue.js';
import { clientNames, kafkaLibraries, type ClientName, type KafkaLibrary } from './programs/input.js';
import { colourOf, type DrillResult } from './report/result.js';
import { markdownTable, resultTable } from './report/table.js';

interface Options {
  client: ClientName;
  library: KafkaLibrary;
  seed: number;
  json?: string;
  markdown?: string;
  node: string;
  together: number;
  busy: number;
  repeat: number;
  keep: boolean;
}

const whole =
  (least: number) =>
  (text: string): number => {
    if (!/^\d+$/.test(text) || Number(text) < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    }
    return Number(text);
  };

const program = new Command('drill')
  .description('Causes faults on three real brokers, and judges how request and reply behave.')
  .addArgument(new Argument('<names...>', 'list, all, or names of drills'))
  .addOption(
    new Option('--client <name>', 'the library of the requesters and workers').choices(clientNames).default('ours'),
  )
  .addOption(
    new Option('--library <name>', 'the client library that ours uses').choices(kafkaLibraries).default('kafkajs'),
  )
  .option('--seed <n>', 'the seed of what is random', whole(0), Date.now() % 1_000_000)
  .option('--json <file>', 'write the report to this file')
  .option('--markdown <file>', 'write the table to this file, as Markdown')
  .option('--node <path>', 'the Node that runs requesters and workers', process.execPath)
  .option('--together <n>', 'how many drills that do not break brokers run at the same time', whole(1), 2)
  .option('--repeat <n>', 'how often each drill runs', whole(1), 1)
  .option('--busy <n>', 'how many processes keep a CPU busy at the same time', whole(0), 0)
  .option('--keep', 'keep the histories', false)
  .addHelpText(
    'after',
    '\nExit code 0: all green. 1: a drill is red, or the machine was too busy for a verdict. 2: nothing was run.',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const names = program.args;
if (names[0] === 'list' && names.length === 1) list();
else process.exitCode = await run(names, program.opts<Options>());

function list(): void {
  const width = Math.max(...drillNames.map(({ length }) => length));
  for (const { drills, clients = ['ours'] } of catalogue) {
    for (const { name, title } of drills) console.log(`${name.padEnd(width)}  ${title} (${clients.join(', ')})`);
  }
}

async function run(wanted: readonly string[], options: Options): Promise<number> {
  const chosen = chosenBy(wanted, options);
  if (typeof chosen === 'string') {
    console.error(chosen);
    return 2;
  }
  // Loaded only now, because the list needs no Kafka client and no bundler.
  const { runDrills } = await import('./stage/run.js');
  const startedAt = performance.now();
  const since = (): string => `${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s`;
  const results = await runDrills(chosen, {
    ...options,
    onProgress: (sentence) => console.error(`${since()}  ${sentence}`),
    onResult: (result) => console.error(`${since()}  ${colourOf(result).padEnd(5)} ${result.name}`),
  });
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  await report(results, seconds, options);
  return results.length > 0 && results.every(isGreen) ? 0 : 1;
}

function chosenBy(wanted: readonly string[], { client, library, repeat }: Options): Chosen[] | string {
  if (client !== 'ours' && library !== 'kafkajs') return '--library is for --client ours.';
  const isAll = wanted.length === 1 && wanted[0] === 'all';
  const unknown = isAll ? undefined : wanted.find((name) => !drillNames.includes(name));
  if (unknown !== undefined) return `There is no drill ${unknown}. npm run drill -- list shows them.`;
  const once = choose(isAll ? 'all' : new Set(wanted), client);
  if (once.length === 0) return `None of these drills applies to ${client}.`;
  if (client === 'nestjs' && !existsSync(join(import.meta.dirname, '../bench/node_modules/@nestjs/core'))) {
    return 'NestJS is not installed. To install it: npm ci --prefix bench';
  }
  return Array.from({ length: repeat }, () => once).flat();
}

function isGreen(result: DrillResult): boolean {
  return colourOf(result) === 'green';
}

async function report(results: readonly DrillResult[], seconds: number, options: Options): Promise<void> {
  const green = results.filter(isGreen);
  console.log(resultTable(results));
  console.log(
    `${green.length} of ${results.length} drills are green, in ${seconds} s ` +
      `(client ${options.client}${options.client === 'ours' ? ` on ${options.library}` : ''}, seed ${options.seed}, Node ${process.version})`,
  );
  const { client, library, seed } = options;
  const whole = {
    schema_version: 1,
    client,
    library,
    seed,
    seconds,
    green: green.length === results.length,
    drills: results,
  };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(whole, undefined, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, `${markdownTable(results)}\n`);
}
