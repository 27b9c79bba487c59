import * as z from 'zod';
import { checkCodes } from '../causes.js';
import { hops } from './hops.js';

/**
 * The report, one object for people and programs: printed as tables, or as JSON whose schema is
 * docs/sanity-report.schema.json (generated from here).
 */
const milliseconds = z.number().min(0);

const latency = z.object({
  count: z.number().int(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
});

const hopLatencies = z.object(
  Object.fromEntries(hops.map((hop) => [hop, latency])) as Record<(typeof hops)[number], typeof latency>,
);

const position = z.object({ topic: z.string(), partition: z.number().int(), offset: z.number().int() });

export const checkSchema = z.object({
  id: z.string(),
  title: z.string(),
  outcome: z.enum(['pass', 'warn', 'fail', 'skipped']),
  /** The function that it is about. */
  function: z.enum(['publisher', 'worker', 'reply_to']).optional(),
  ms: milliseconds,
  /**
   * Why it failed, or why it was not judged (`time_up`): an error code (docs/errors.md), or a cause that only checks
   * have (docs/check-causes.md).
   */
  code: z.enum(checkCodes).optional(),
  /** What was found, as one sentence. */
  evidence: z.string(),
  /** The next step; '' where there is none. */
  hint: z.string(),
  /** The failed check that this one depends on. */
  blocked_by: z.string().optional(),
  /** The last lines of the function's log, where it failed. */
  log: z.array(z.string()).optional(),
});

/** A right that a function lacks. */
export const missingRightSchema = z.object({
  function: z.enum(['publisher', 'worker', 'reply_to']),
  /** ARN of its role; null where unknown. */
  role: z.string().nullable(),
  /** IAM's name: kafka-cluster:ReadData. */
  action: z.string(),
  resource: z.object({ type: z.enum(['cluster', 'topic', 'group']), name: z.string() }),
});

/** A right, as a broker saw it used or not used. */
const seenRightSchema = z.object({
  /** ARN. */
  role: z.string(),
  action: z.string(),
  /** Name of the topic or group; '' for the cluster. */
  resource: z.string(),
});

/** sent = delivered + late + expired + lost + send_failed + undecided */
export const ledgerSchema = z.object({
  sent: z.number().int(),
  delivered: z.number().int(),
  late: z.number().int(),
  expired: z.number().int(),
  lost: z.number().int(),
  send_failed: z.number().int(),
  /** The time of the run ended before their own: their replies may have been on the way. */
  undecided: z.number().int(),
  /** Planned, and not sent, because the time of the run was over. */
  never_sent: z.number().int(),
  duplicate: z.number().int(),
  foreign: z.number().int(),
  corrupt: z.number().int(),
  /** Corrupt records that the run itself wrote. */
  planted: z.number().int(),
});

const placeSource = z.enum(['option', 'manifest', 'cluster_arn', 'brokers', 'conditions', 'mappings', 'default']);

export const reportSchema = z.object({
  schema_version: z.literal(1),
  kind: z.literal('sanity'),
  run_id: z.string(),
  started_at: z.string(),
  ms: milliseconds,
  target: z.object({ kind: z.enum(['local', 'rehearsal', 'stack']), description: z.string() }),
  verdict: z.enum(['healthy', 'unhealthy', 'no_verdict']),
  /** Why there is no verdict. Only with `no_verdict`. */
  reason: z.string().optional(),
  exit_code: z.number().int(),
  /** The effective settings, secrets masked. */
  config: z.record(z.string(), z.record(z.string(), z.unknown())),
  versions: z.object({ easy_pubsub: z.string(), node: z.string(), kafka: z.string().nullable() }),
  /** The functions' process ids: they show that the functions were separate processes. */
  processes: z.record(z.string(), z.array(z.number().int())),
  checks: z.array(checkSchema),
  /**
   * Rights that the functions lack, found after a failure by asking the brokers for each: from what a client can
   * see, here and in AWS. Empty when none is denied; absent when the functions were not asked.
   */
  client_cause: z.array(missingRightSchema).optional(),
  /** Of a rehearsal: what the brokers' own logs say about rights. */
  broker_evidence: z
    .object({
      /** Denials, each with the denied requests by Kafka's names. */
      denied: z.array(seenRightSchema.extend({ requests: z.array(z.string()) })),
      /**
       * Connect, and rights on the topics and on the groups of the run: granted, and used by no step. The run would
       * have been healthy without them.
       */
      never_used: z.array(seenRightSchema),
    })
    .optional(),
  /** Of a rehearsal: what differs from AWS. */
  rehearsal: z
    .object({
      template: z.string(),
      /** The assumed place of the stack, and its source: an option, CDK's manifest.json, something in the template, or a default. */
      place: z.object({
        region: z.string(),
        account: z.string(),
        taken_from: z.object({ region: placeSource, account: placeSource }),
      }),
      /** Variables of functions that the template does not set, or sets to other values. */
      additions: z.array(z.object({ function: z.string(), variable: z.string(), why: z.string() })),
      /** Parts of the template that were not rehearsed, and why. */
      set_aside: z.array(z.object({ path: z.string(), reason: z.string() })),
      /** Values that only a deployed stack has and that affect nothing here, with the option that sets them. */
      made_up: z.array(z.object({ path: z.string(), value: z.string(), reason: z.string(), ask: z.string() })),
      /** Parts with an effect in AWS and none here: event source mappings, connectors, layers of other accounts. */
      not_modelled: z.array(z.object({ path: z.string(), reason: z.string() })),
      /** Policy statements without an effect, made-up parts of the cluster's ARN, and what CloudFormation would refuse. */
      notes: z.array(z.object({ path: z.string(), sentence: z.string() })),
      group_initial_rebalance_delay_ms: z.number().int(),
      /** As in Lambda: processes are stopped, and lose their connections. */
      frozen_between_invocations: z.boolean(),
    })
    .optional(),
  ledger: ledgerSchema,
  exceptions: z.array(
    z.object({
      kind: z.string(),
      correlation_id: z.string(),
      position: position.optional(),
      detail: z.string().optional(),
    }),
  ),
  exceptions_left_out: z.number().int(),
  /** Positions of the frames and their replies: for `--keep`, which leaves them there. */
  records: z.object({
    worker: z.array(z.tuple([z.number().int(), z.number().int(), z.string()])),
    reply_to: z.array(z.tuple([z.number().int(), z.number().int(), z.string()])),
    /** Invalid records that the run wrote. */
    bad: z.array(position),
    left_out: z.number().int(),
  }),
  /** Groups of the run, and whether they were deleted. */
  groups: z.array(z.object({ function: z.string(), name: z.string(), outcome: z.enum(['deleted', 'kept', 'left']) })),
  /** By partition, the offset after the last frame that the worker finished. */
  worker_done_until: z.record(z.string(), z.number().int()),
  /** Milliseconds. `cold`: in the first invocation of a process. Without warm-up frames. */
  latency: z.object({ cold: hopLatencies, warm: hopLatencies }),
  clocks: z.enum(['one_host', 'several']),
});

export type Check = z.output<typeof checkSchema>;
export type MissingRight = z.output<typeof missingRightSchema>;
export type Ledger = z.output<typeof ledgerSchema>;
export type SanityReport = z.output<typeof reportSchema>;
export type HopLatencies = z.output<typeof hopLatencies>;
