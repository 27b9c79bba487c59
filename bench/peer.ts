/** The input of a peer: a broker and two new topics. */
export interface PeerInput {
  readonly brokers: string[];
  readonly workerTopic: string;
  /** Always the name of the worker topic with the suffix `.reply`, because NestJS accepts no other. */
  readonly replyTopic: string;
  /** The payload of requests, and of their replies. */
  readonly payload: string;
  /** @default a name that the peer chooses */
  readonly clientId?: string;
  /** The number of this requester, if there are several on the same topics. */
  readonly requester?: string;
}

/** A request in a worker. */
export interface PeerFrame {
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
}

export interface RequesterPeer {
  /**
   * Resolves with the reply's payload.
   *
   * @param path requests of one path are handled one after the other
   * @param payload @default the input's */
  request(path: number, payload?: string): Promise<string>;
  dispose(): Promise<void>;
}

export interface WorkerPeer {
  dispose(): Promise<void>;
}

/** Sends frames that get no reply. */
export interface SenderPeer {
  /** Resolves when the frame was acknowledged. */
  send(path: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Receives frames that get no reply. */
export interface ReceiverPeer {
  /** The frames so far. */
  received(): number;
  dispose(): Promise<void>;
}

/** The exports of a file in peers/: both sides of one way to do request and reply over Kafka. */
export interface Peer {
  startRequester(input: PeerInput): Promise<RequesterPeer>;
  /** @param onFrame awaited before a request is answered */
  startWorker(input: PeerInput, onFrame?: (frame: PeerFrame) => Promise<void>): Promise<WorkerPeer>;
  /** One way; a peer without it is not measured one way. */
  startSender?(input: PeerInput): Promise<SenderPeer>;
  startReceiver?(input: PeerInput): Promise<ReceiverPeer>;
}

/** The peers by the names for `--only`, in the order of the table. */
export const peerFiles = {
  'easy-pubsub': 'easy-pubsub.ts',
  'easy-pubsub-platformatic': 'easy-pubsub-platformatic.ts',
  tuned: 'kafkajs-tuned.ts',
  platformatic: 'platformatic.ts',
  taught: 'kafkajs-as-taught.ts',
  nestjs: 'nestjs.mjs',
} as const;

export type PeerName = keyof typeof peerFiles;

/** Peers with lanes of frames that get no reply. */
export const oneWayPeers: readonly PeerName[] = ['easy-pubsub', 'easy-pubsub-platformatic', 'tuned', 'platformatic'];

export const peerNames = Object.keys(peerFiles) as PeerName[];

/** The peers that run on this version of Node (`v24.1.0`). @platformatic/kafka needs 22.22, or 24.6. */
export function peersOn(nodeVersion: string): PeerName[] {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const isNew = major > 24 || (major === 24 && minor >= 6) || (major === 22 && minor >= 22);
  return peerNames.filter((name) => isNew || !name.endsWith('platformatic'));
}

/** The peers of the matrix: those that may be compared at every load. */
export function matrixPeersOn(nodeVersion: string): PeerName[] {
  return peersOn(nodeVersion).filter((name) => oneWayPeers.includes(name));
}
