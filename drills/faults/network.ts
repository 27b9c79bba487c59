import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { everyClient, type Phase } from '../drill.js';
import { NODE_COUNT } from '../stage/cluster.js';

const ONE_HOLE_MS = 15_000;
const ALL_HOLE_MS = 20_000;
const RESETS = 10;
const RESET_EVERY_MS = 1_000;
const DELAY_MS = 100;
const DELAYED_MS = 12_000;
const NAME_GONE_MS = 8_000;

const hole = (name: string, title: string, isOne: boolean, ms: number): Phase => ({
  drills: [{ name, title }],
  alone: false,
  network: 'proxied',
  clients: everyClient,
  async bring({ cluster, world, fault, heal, prove }) {
    const weather = world.place.weather!;
    const everyBroker = Array.from({ length: NODE_COUNT }, (_, i) => i + 1);
    const brokers = isOne ? [await cluster.coordinatorOf(world.names.workerGroup)] : everyBroker;
    fault();
    weather.dig(brokers);
    await sleep(ms);
    const { held } = weather.counts;
    weather.fill();
    heal();
    prove(
      held > 0,
      `the proxies of broker ${brokers.join(', ')} accepted connections and held their data`,
      `${held} connections held`,
    );
  },
});

const reset: Phase = {
  drills: [{ name: 'connection-resets', title: `all connections are reset every second, ${RESETS} times` }],
  alone: false,
  network: 'proxied',
  clients: everyClient,
  async bring({ cluster, world, fault, heal, prove }) {
    const weather = world.place.weather!;
    fault();
    for (let i = 0; i < RESETS; i += 1) {
      cluster.proxies.reset(weather);
      await sleep(RESET_EVERY_MS);
    }
    heal();
    prove(weather.counts.reset > RESETS, 'the proxies reset connections', `${weather.counts.reset} of them`);
  },
};

const latency: Phase = {
  drills: [{ name: 'latency-200ms', title: 'every answer of a broker takes 200 ms longer, for 12 s' }],
  alone: false,
  network: 'proxied',
  clients: everyClient,
  async bring({ world, fault, heal, prove }) {
    const weather = world.place.weather!;
    fault();
    weather.delayMs = DELAY_MS;
    await sleep(DELAYED_MS);
    weather.delayMs = 0;
    heal();
    prove(weather.counts.delayed > 100, 'the proxies delayed the data', `${weather.counts.delayed} writes`);
  },
};

const nameGone: Phase = {
  drills: [{ name: 'name-gone', title: 'connections break, and the brokers’ names do not resolve for 8 s' }],
  alone: false,
  network: 'named',
  async bring({ cluster, world, fault, heal, prove }) {
    const { goneFile } = world.place.names!;
    fault();
    await writeFile(goneFile, '');
    const broken = cluster.namedProxies.reset(world.place.weather!);
    await sleep(NAME_GONE_MS);
    const asked = (await readFile(goneFile, 'utf8')).split('\n').length - 1;
    await rm(goneFile);
    heal();
    prove(broken > 0 && asked > 0, 'connections broke, and look-ups of names failed', `${broken} and ${asked}`);
  },
};

export const phases: readonly Phase[] = [
  hole('black-hole-one', 'one broker accepts connections and does not answer for 15 s', true, ONE_HOLE_MS),
  hole('black-hole-all', 'all brokers accept connections and do not answer for 20 s', false, ALL_HOLE_MS),
  reset,
  latency,
  nameGone,
];
