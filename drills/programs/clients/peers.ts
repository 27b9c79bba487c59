import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import * as kafkajs from '../../../bench/peers/kafkajs-as-taught.js';
import type { Peer, PeerInput, RequesterPeer, WorkerPeer } from '../../../bench/peer.js';
import type { ProgramInput } from '../input.js';
import type { RequesterSide, Side, WorkerHooks } from './client.js';

/** The bench's clients, as a drill needs them. They do not report a state. */
async function peerOf({ client, peers }: ProgramInput): Promise<Peer> {
  // Its packages are installed beside it.
  return client === 'nestjs' ? ((await import(pathToFileURL(join(peers, 'nestjs.mjs')).href)) as Peer) : kafkajs;
}

function peerInput({ settings, name }: ProgramInput): PeerInput {
  const { connection, topics } = settings;
  return {
    brokers: [...connection.brokers],
    workerTopic: topics?.worker ?? '',
    replyTopic: topics?.reply_to ?? '',
    payload: '',
    clientId: connection.client_id ?? name,
    requester: name,
  };
}

export function peerRequester(input: ProgramInput): RequesterSide {
  let side: RequesterPeer | undefined;
  return {
    async connect() {
      side = await (await peerOf(input)).startRequester(peerInput(input));
    },
    async request({ id, path, timeoutMs }) {
      // The peers have no deadlines.
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(Object.assign(new Error('late'), { code: 'deadline_exceeded' })), timeoutMs);
      });
      try {
        return await Promise.race([side!.request((path[0] ?? 0) * 1_000 + (path[1] ?? 0), id), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    note: undefined,
    says: () => undefined,
    dispose: async () => side?.dispose(),
  };
}

export function peerWorker(input: ProgramInput, { onFrame }: WorkerHooks): Side {
  let side: WorkerPeer | undefined;
  return {
    async connect() {
      side = await (await peerOf(input)).startWorker(peerInput(input), onFrame);
    },
    says: () => undefined,
    dispose: async () => side?.dispose(),
  };
}
