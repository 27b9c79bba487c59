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

/** The exports of a file in peers/: both sides of one way to do request and reply over Kafka. */
export interface Peer {
  startRequester(input: PeerInput): Promise<RequesterPeer>;
  /** @param onFrame awaited before a request is answered */
  startWorker(input: PeerInput, onFrame?: (frame: PeerFrame) => Promise<void>): Promise<WorkerPeer>;
}

/** The peers by the names for `--only`, in the order of the table. */
export const peerFiles = {
  'easy-pubsub': 'easy-pubsub.ts',
  tuned: 'kafkajs-tuned.ts',
  taught: 'kafkajs-as-taught.ts',
  nestjs: 'nestjs.mjs',
} as const;

export type PeerName = keyof typeof peerFiles;

export const peerNames = Object.keys(peerFiles) as PeerName[];
