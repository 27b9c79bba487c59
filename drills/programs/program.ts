import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../history/events.js';
import { HistoryWriter } from '../history/writer.js';
import type { RequesterSide, Side, WorkerHooks } from './clients/client.js';
import { ourRequester, ourWorker } from './clients/ours.js';
import { peerRequester, peerWorker } from './clients/peers.js';
import type { Answer, Command, ProgramInput } from './input.js';
import { Load } from './load.js';
import { answerNames } from './names.js';
import { leftOpen } from './remains.js';

/** A requester or a worker in a separate process: executes commands, and records its history. */
const input = JSON.parse(process.env['DRILL'] ?? '{}') as ProgramInput;
const history = new HistoryWriter(input.history);
const load = new Load(input, history);
if (input.names !== undefined) answerNames(input.names);

const HANDLING_MS = 10;

let side: Side | undefined;
let runs = 0;

const hooks: WorkerHooks = {
  async onFrame({ id, partition, offset }) {
    const run = ++runs;
    history.add({ k: 'handle', run, id, path: id.slice(0, Math.max(0, id.lastIndexOf('/'))), partition, offset });
    // Some work, so that overlaps can be detected; the same time for all, so that replies can be combined.
    await sleep(HANDLING_MS);
    history.add({ k: 'handled', run });
  },
  onDone: (id, as, replies) => history.add({ k: 'done', id, as, replies }),
};

function newSide(): Side {
  const log = (level: string, message: string, fields: unknown): void =>
    history.add({ k: 'log', level, message, fields });
  if (input.role === 'worker') {
    return input.client === 'ours' ? ourWorker(input.settings, log, hooks) : peerWorker(input, hooks);
  }
  return input.client === 'ours' ? ourRequester(input.settings, log) : peerRequester(input);
}

async function join(): Promise<void> {
  const from = now();
  side = newSide();
  try {
    await side.connect();
  } catch (error) {
    history.add({ k: 'life', what: 'failed', ms: now() - from, error: String(error) });
    throw error;
  }
  history.add({ k: 'life', what: 'connected', ms: now() - from });
  // The load of a worker is the frames that arrive.
  if (input.role === 'worker') history.add({ k: 'life', what: 'loaded' });
}

async function setLoad(on: boolean): Promise<void> {
  history.add({ k: 'life', what: on ? 'loaded' : 'unloaded' });
  if (on) {
    load.start(side as RequesterSide);
  } else {
    load.stop();
    await load.settled();
  }
}

async function leave(): Promise<void> {
  load.stop();
  const leaving = side;
  side = undefined;
  if (leaving === undefined) return;
  const from = now();
  const error = await leaving.dispose().then(
    () => undefined,
    (reason: unknown) => String(reason),
  );
  const left = await leftOpenBesides();
  history.add({ k: 'life', what: 'disposed', ms: now() - from, left, error });
}

/** The timer of the sampler is not one of the client. */
async function leftOpenBesides(): Promise<string[]> {
  clearInterval(sampler);
  const left = await leftOpen();
  sampler = setInterval(sample, input.sampleMs);
  return left;
}

function sample(): void {
  const said = side?.says();
  history.add({ k: 'sample', partitions: [], ...said });
}

let sampler = setInterval(sample, input.sampleMs);

async function obey(command: Command): Promise<void> {
  switch (command.do) {
    case 'join':
      return join();
    case 'load':
      return setLoad(command.on);
    case 'leave':
      return leave();
    case 'variables':
      Object.assign(process.env, command.set);
      return;
    case 'end':
      await leave();
      clearInterval(sampler);
  }
}

process.on('message', ({ id, ...command }: Command & { id: number }) => {
  const answer = (error?: string): void => {
    process.send?.({ id, error } satisfies Answer, () => {
      // From here on, only resources that the client left open keep the process alive.
      if (command.do === 'end') process.disconnect();
    });
  };
  obey(command).then(
    () => answer(),
    (error: unknown) => answer(String(error)),
  );
});
let isEnding = false;
process.on('message', ({ do: wanted }: Command) => (isEnding ||= wanted === 'end'));
// The process that runs the drill has gone: exit immediately, because the results are not read any more.
process.on('disconnect', () => {
  if (!isEnding) process.exit(0);
});
history.add({ k: 'life', what: 'started' });
