/** One of the two topics, by its role. */
export type TopicRole = 'worker' | 'reply_to';

/** A deployed function, as other folders need it. */
export interface FunctionDescriptor {
  /** The prefix of its constructs, logical ids and stack outputs. */
  readonly id: string;
  /** Its source, relative to the repository. */
  readonly source: string;
  /** The folder in `events/` with its events. */
  readonly events: string;
  /**
   * The part of its consumer groups' names between the stack's name (`easy-pubsub` on a laptop) and the id of the run.
   * Each function has its own, so that it cannot delete the groups of another.
   */
  readonly group: string;
  /** The topic that it reads, as a member of its group. */
  readonly reads: TopicRole;
  /** The topic that it writes, if any. */
  readonly writes: TopicRole | undefined;
}

// One constant for each, so that the bundle of a function contains only its own.

export const publisherFunction = {
  id: 'Publisher',
  source: 'lambda/publisher.ts',
  events: 'publisher',
  group: 'publisher',
  reads: 'reply_to',
  writes: 'worker',
} as const satisfies FunctionDescriptor;

export const workerFunction = {
  id: 'Worker',
  source: 'lambda/worker.ts',
  events: 'worker',
  group: 'worker',
  reads: 'worker',
  writes: 'reply_to',
} as const satisfies FunctionDescriptor;

export const replyToFunction = {
  id: 'ReplyTo',
  source: 'lambda/reply-to.ts',
  events: 'reply-to',
  group: 'reply_to',
  reads: 'reply_to',
  writes: undefined,
} as const satisfies FunctionDescriptor;

export const functionNames = ['publisher', 'worker', 'reply_to'] as const;
export type FunctionName = (typeof functionNames)[number];

/** The three functions. `lib`, `local`, `sanity` and `bin` read what they need from here. */
export const functionDescriptors: Readonly<Record<FunctionName, FunctionDescriptor>> = {
  publisher: publisherFunction,
  worker: workerFunction,
  reply_to: replyToFunction,
};

/** A value for each function. */
export function perFunction<T>(of: (name: FunctionName) => T): Record<FunctionName, T> {
  return Object.fromEntries(functionNames.map((name) => [name, of(name)])) as Record<FunctionName, T>;
}
