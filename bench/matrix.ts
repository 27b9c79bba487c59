import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { REPOSITORY_ROOT } from '../lib/function-bundle.js';
import { startEmbedded } from '../local/kafka/index.js';
import { otherPercent, readTicks } from './load.js';
import { cellsOf, sweeps, type Cell, type MeasuredCell, type MatrixResult, type Sweep } from './matrix/cells.js';
import { medianCells } from './matrix/median-cells.js';
import { drawPlots } from './matrix/plots.js';
import { markdownTables } from './matrix/tables.js';
import { nodeFor, versionOf } from './node.js';
import { matrixPeersOn, type PeerName } from './peer.js';
import { rotated } from './rotated.js';
import { Stage, usual, type Setup } from './stage.js';

/**
 * How cost grows: one condition changes at a time, for each peer. Writes the figures as JSON, and plots and tables for
 * docs/performance.md.
 */
const options = new Command('bench matrix')
  .description(
    'Measures how rates, latencies and CPU change with in-flight requests, paths, payload, partitions, requesters and brokers.',
  )
  .option('--seconds <s>', 'length of each measurement', Number, 2)
  .option('--rounds <n>', 'how often each cell is measured; the medians count', Number, 3)
  .option('--node <major>', 'run the peers on this version of Node, from npm. Default: the Node that runs this')
  .option('--only <sweeps>', `some of ${sweeps.map(({ id }) => id).join(',')}`)
  .option('--out <folder>', 'where the figures go', join(REPOSITORY_ROOT, 'docs', 'performance'))
  .parse()
  .opts<{ seconds: number; rounds: number; node?: string; only?: string; out: string }>();

const WARM_UP_SECONDS = 1;
/** The JVM compiles code that is used often: without this, the first peer would pay for all. */
const WARM_UP_PHASES = 8;
const warmUp: Cell = { ...cellsOf(sweeps[0]!)[0]!, inFlight: 256, paths: 64 };
const NODE = await nodeFor(options.node);
const NODE_VERSION = await versionOf(NODE);
const peers = matrixPeersOn(NODE_VERSION);
const wanted = sweeps.filter(({ id }) => options.only === undefined || options.only.split(',').includes(id));

const measured: MeasuredCell[] = [];
let version = '';
for (const brokers of [1, 3]) {
  const cells = wanted.flatMap((sweep) =>
    cellsOf(sweep)
      .filter((cell) => cell.brokers === brokers)
      .map((cell) => ({ sweep, cell })),
  );
  if (cells.length === 0) continue;
  await using kafka = await startEmbedded({ nodes: brokers, jvm: { quickCompiler: false } });
  version = kafka.version;
  const setup: Setup = { brokers: kafka.brokers, brokerPids: kafka.pids, seconds: options.seconds, node: NODE };
  console.error('warming the brokers up');
  await measure(peers[0]!, Array<Cell>(WARM_UP_PHASES).fill(warmUp), setup);
  for (let round = 0; round < options.rounds; round += 1)
    for (const group of byConditions(cells)) {
      const { sweep, cell } = group[0]!;
      // In turn, so that no peer always meets the broker first.
      for (const peer of rotated(peers, round)) {
        console.error(`round ${round + 1}, ${brokers} broker(s), ${sweep.id}: ${peer}, ${describe(cell)}`);
        const all = group.map((one) => one.cell);
        for (const found of await attempt(peer, all, setup)) measured.push({ ...found, sweep: sweep.id });
      }
    }
}
const result: MatrixResult = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${availableParallelism()} CPUs (${cpus()[0]?.model.trim() ?? 'unknown'})`,
  node: NODE_VERSION,
  kafka: version,
  seconds: options.seconds,
  cells: medianCells(measured),
};
await mkdir(options.out, { recursive: true });
await writeFile(join(options.out, 'matrix.json'), `${JSON.stringify(result, null, 1)}\n`);
for (const [name, svg] of await drawPlots(result)) await writeFile(join(options.out, name), svg);
console.log(markdownTables(result));

/** Cells that need the same topics and processes are measured one after the other on them. */
function byConditions<T extends { readonly sweep: Sweep; readonly cell: Cell }>(cells: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of cells) {
    const { payloadBytes, partitions, requesters } = one.cell;
    const key = [one.sweep.id, payloadBytes, partitions, requesters].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function describe({ payloadBytes, partitions, requesters }: Cell): string {
  return `${payloadBytes} B, ${partitions} partitions, ${requesters} requester(s)`;
}

/** A peer that does not end a measurement (it may have lost a request: most have no deadlines) has no figures there. */
async function attempt(...args: Parameters<typeof measure>): ReturnType<typeof measure> {
  try {
    return await measure(...args);
  } catch (error) {
    console.error(`no figures: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

async function measure(peer: PeerName, cells: readonly Cell[], setup: Setup): Promise<Omit<MeasuredCell, 'sweep'>[]> {
  const { payloadBytes, partitions, requesters, brokers } = cells[0]!;
  const conditions = { ...usual, payloadBytes, partitions, requesters, replicationFactor: brokers };
  await using stage = await Stage.start(peer, { sends: 'requester', receives: 'worker' }, setup, conditions);
  await stage.warmUp(WARM_UP_SECONDS, cells[0]!);
  const running = [...setup.brokerPids, ...stage.pids];
  const found: Omit<MeasuredCell, 'sweep'>[] = [];
  for (const cell of cells) {
    const before = readTicks(running);
    const startedAt = performance.now();
    const { count, seconds, p50Ms, p99Ms, cpuUs, brokerCpuUs } = await stage.phase(cell);
    const took = (performance.now() - startedAt) / 1_000;
    found.push({
      cell,
      peer,
      rate: count / seconds,
      p50_ms: p50Ms,
      p99_ms: p99Ms,
      client_cpu_us: cpuUs / count,
      broker_cpu_us: brokerCpuUs / count,
      other_percent: otherPercent(before, readTicks(running), took),
    });
  }
  return found;
}
