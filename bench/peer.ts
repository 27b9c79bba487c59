/** What a peer is given: a broker and two empty topics of its own. */
export interface PeerInput {
  readonly brokers: string[];
  readonly workerTopic: string;
  /** Always the worker topic's name with `.reply` behind it: NestJS takes no other. */
  readonly replyTopic: string;
  /** Requests carry it, and replies carry it back. */
  readonly payload: string;
}

export interface RequesterPeer {
  /** Resolves when the reply is there. */
  request(n: number): Promise<void>;
  dispose(): Promise<void>;
}

export interface WorkerPeer {
  dispose(): Promise<void>;
}

/** What a file in peers/ exports: both sides of one way to do request and reply over Kafka. */
export interface Peer {
  startRequester(input: PeerInput): Promise<RequesterPeer>;
  startWorker(input: PeerInput): Promise<WorkerPeer>;
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
