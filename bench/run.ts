import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { startEmbedded } from '../local/kafka/index.js';
import { otherPercent, readTicks } from './load.js';
import { peerNames, peersOn, type PeerName } from './peer.js';
import { figureTable, targetTable } from './print.js';
import { nodeFor, versionOf } from './node.js';
import { measurePeer } from './round.js';
import type { Setup } from './stage.js';
import { rotated } from './rotated.js';
import { isHopeless, MOST_DROPPED, MOST_OTHER_PERCENT, sortRounds, type Round } from './verdict.js';

const FEWEST_ROUNDS = 5;

interface Options {
  rounds: number;
  seconds: number;
  only: PeerName[] | undefined;
  node: string | undefined;
  noisy: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
const whole = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
};
const names = (text: string): PeerName[] => {
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !(peerNames as string[]).includes(name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no peer ${unknown}: ${peerNames.join(', ')}.`);
  return peerNames.filter((name) => wanted.includes(name));
};

const options = new Command('bench')
  .description('Measures request and reply over one local Kafka: easy-pubsub beside others.')
  .option('--rounds <n>', 'rounds to keep', whole, FEWEST_ROUNDS)
  .option('--seconds <s>', 'length of each phase', positive, 2)
  .option('--only <peers>', `some of ${peerNames.join(',')}`, names)
  .option('--node <major>', 'run the peers on this version of Node, from npm. Default: the Node that runs this')
  .option('--noisy', 'keep rounds even if other programs use the machine; the figures then prove nothing', false)
  .parse()
  .opts<Options>();
const { seconds: SECONDS, noisy } = options;
const NODE = await nodeFor(options.node);
const NODE_VERSION = await versionOf(NODE);
const only = options.only ?? peersOn(NODE_VERSION);
if (noisy) console.log('*** --noisy: the load of other processes is NOT checked. These figures prove nothing. ***');
if (options.rounds < FEWEST_ROUNDS)
  console.log(`*** Fewer than ${FEWEST_ROUNDS} rounds: an impression, not a result. ***`);

await using kafka = await startEmbedded({
  jvm: { quickCompiler: false },
  onProgress: (sentence) => console.error(`waiting for ${sentence}`),
});
console.log(
  `Kafka ${kafka.version}, one local broker; Node ${NODE_VERSION}; ${availableParallelism()} CPUs; ` +
    `6 + 6 partitions; 300 B payload; ${SECONDS} s per phase`,
);
const setup: Setup = { brokers: kafka.brokers, brokerPids: kafka.pids, seconds: SECONDS, node: NODE };
// The JVM compiles frequently used code: without this, the first peer would pay for all.
console.error('warming the broker up');
await measurePeer(only[0]!, setup);
const rounds: Round[] = [];
for (;;) {
  const round = await measureRound(setup, rounds.length);
  rounds.push(round);
  const sorted = sortRounds(rounds, noisy);
  const outcome = sorted.kept.includes(round) ? 'kept' : `DROPPED (limit ${MOST_OTHER_PERCENT} %)`;
  console.log(`round ${rounds.length}: other processes used ${round.otherPercent.toFixed(0)} % of a CPU: ${outcome}`);
  if (sorted.kept.length === options.rounds) break;
  if (isHopeless(sorted, options.rounds)) break;
}
const { kept, dropped } = sortRounds(rounds, noisy);
if (kept.length < options.rounds) {
  console.log(
    `No result: ${dropped.length} of ${rounds.length} rounds were dropped, and at most ${MOST_DROPPED * 100} % may be. ` +
      'Run it on a machine without other load.',
  );
  process.exitCode = 1;
} else {
  console.log(`\n${kept.length} rounds kept, ${dropped.length} dropped\n`);
  console.log(figureTable(kept, only));
  if (only.includes('easy-pubsub')) console.log(`\n${targetTable(kept)}`);
}

/** Measures every peer once. The order rotates, so that no peer always follows the same one. */
async function measureRound(within: Setup, number: number): Promise<Round> {
  const order = rotated(only, number);
  const before = readTicks(within.brokerPids);
  const startedAt = performance.now();
  const figures: Round['figures'] = {};
  for (const peer of order) {
    console.error(`round ${number + 1}: ${peer}`);
    figures[peer] = await measurePeer(peer, within);
  }
  const took = (performance.now() - startedAt) / 1_000;
  return { otherPercent: otherPercent(before, readTicks(within.brokerPids), took), figures };
}
