import {
  peerFiles,
  type Peer,
  type PeerInput,
  type PeerName,
  type ReceiverPeer,
  type RequesterPeer,
  type SenderPeer,
  type WorkerPeer,
} from './peer.js';
import { percentile } from './statistics.js';

/** The commands to a process that runs one side of a peer. */
export type Command =
  | { do: 'start'; role: Role; peer: PeerName; input: PeerInput }
  | { do: 'run'; inFlight: number; seconds: number; paths: number }
  | { do: 'received' }
  | { do: 'usage' }
  | { do: 'dispose' };

export type Role = 'requester' | 'worker' | 'sender' | 'receiver';

export interface RunResult {
  count: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
}

export interface Usage {
  /** User and system, of this process. */
  cpuUs: number;
  peakRssMb: number;
}

export type Answer = { ok: true; value?: unknown } | { ok: false; error: string };

let side: RequesterPeer | WorkerPeer | SenderPeer | ReceiverPeer | undefined;
let requests = 0;

async function start({ role, peer, input }: Extract<Command, { do: 'start' }>): Promise<void> {
  const module = (await import(`./peers/${peerFiles[peer]}`)) as Peer;
  const starts = {
    requester: module.startRequester,
    worker: module.startWorker,
    sender: module.startSender,
    receiver: module.startReceiver,
  };
  side = await starts[role]!(input);
}

/** Keeps this many requests, or frames one way, in flight for this time, on this many paths. */
async function run(inFlight: number, seconds: number, paths: number): Promise<RunResult> {
  const one = (path: number): Promise<unknown> =>
    'send' in side! ? side.send(path) : (side as RequesterPeer).request(path);
  const latencies: number[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let at = performance.now(); at < endAt;) {
        await one(requests++ % paths);
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1_000;
  return {
    count: latencies.length,
    seconds: took,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
}

/** Milliseconds until everything is closed. */
async function dispose(): Promise<number> {
  const startedAt = performance.now();
  await side?.dispose();
  return performance.now() - startedAt;
}

async function answer(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'start':
      return start(command);
    case 'run':
      return run(command.inFlight, command.seconds, command.paths);
    case 'received':
      return (side as ReceiverPeer).received();
    case 'usage':
      return usage();
    case 'dispose':
      return dispose();
  }
}

process.on('message', (command: Command) => {
  answer(command).then(
    (value) => process.send?.({ ok: true, value } satisfies Answer),
    (error: unknown) =>
      process.send?.({ ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
