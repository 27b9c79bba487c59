/** What a peer is given: a broker and two empty topics of its own. */
export interface PeerInput {
  readonly brokers: string[];
  readonly workerTopic: string;
  /** Always the worker topic's name with `.reply` behind it: NestJS takes no other. */
  readonly replyTopic: string;
  /** Requests carry it, and replies carry it back. */
  readonly payload: string;
  /** @default a name of the peer's own */
  readonly clientId?: string;
  /** Of several requesters on the same topics: which one this is. */
  readonly requester?: string;
}

/** A request on its way through a worker. */
export interface PeerFrame {
  readonly id: string;
  readonly partition: number;
  readonly offset: number;
}

export interface RequesterPeer {
  /** Resolves with the reply's payload. @param payload @default the input's */
  request(n: number, payload?: string): Promise<string>;
  dispose(): Promise<void>;
}

export interface WorkerPeer {
  dispose(): Promise<void>;
}

/** What a file in peers/ exports: both sides of one way to do request and reply over Kafka. */
export interface Peer {
  startRequester(input: PeerInput): Promise<RequesterPeer>;
  /** @param onFrame awaited before a request is answered */
  startWorker(input: PeerInput, onFrame?: (frame: PeerFrame) => Promise<void>): Promise<WorkerPeer>;
}

/** The peers by the names that `--only` takes, in the order of the table. */
export const peerFiles = {
  'easy-pubsub': 'easy-pubsub.ts',
  tuned: 'kafkajs-tuned.ts',
  taught: 'kafkajs-as-taught.ts',
  nestjs: 'nestjs.mjs',
} as const;

export type PeerName = keyof typeof peerFiles;

export const peerNames = Object.keys(peerFiles) as PeerName[];
