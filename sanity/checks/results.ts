import type { Failure } from '../failure.js';
import type { check } from '../report/schema.js';

export type CheckHead = Pick<check, 'id' | 'title'> & { function?: check['function'] };

/** Of the log of a function that failed. */
const LOG_LINES = 20;
const LOG_LINE_LENGTH = 2_000;

/** The checks of a run, in order. */
export class CheckList {
  readonly #checks: check[] = [];

  get all(): readonly check[] {
    return this.#checks;
  }

  /** The first that failed. */
  get failed(): check | undefined {
    return this.#checks.find(({ outcome }) => outcome === 'fail');
  }

  pass(head: CheckHead, ms: number, evidence: string): void {
    this.#add(head, 'pass', ms, evidence, '');
  }

  warn(head: CheckHead, ms: number, evidence: string, hint: string): void {
    this.#add(head, 'warn', ms, evidence, hint);
  }

  fail(head: CheckHead, ms: number, { code, evidence, hint, log = [] }: Failure): void {
    const tail = log.slice(-LOG_LINES).map((line) => line.slice(0, LOG_LINE_LENGTH));
    this.#add(head, 'fail', ms, evidence, hint, { code, ...(tail.length === 0 ? {} : { log: tail }) });
  }

  /** Not done, for a reason that is no failure. */
  skip(head: CheckHead, reason: string): void {
    this.#add(head, 'skipped', 0, reason, '');
  }

  /** Not done, because another check failed before. */
  blocked(head: CheckHead, by: check): void {
    this.#add(head, 'skipped', 0, `not done: ${by.title} failed`, '', { blocked_by: by.id });
  }

  /** Not done, because the check before it failed. */
  blockedByLast(head: CheckHead): void {
    const last = this.#checks.at(-1);
    if (last !== undefined) this.blocked(head, last);
  }

  /** Changes what is to be done about failed checks, where more has been found out since. */
  advise(about: (failed: check) => boolean, hint: string): void {
    for (const [index, one] of this.#checks.entries()) {
      if (one.outcome === 'fail' && about(one)) this.#checks[index] = { ...one, hint };
    }
  }

  #add(
    head: CheckHead,
    outcome: check['outcome'],
    ms: number,
    evidence: string,
    hint: string,
    more: Partial<check> = {},
  ): void {
    this.#checks.push({ ...head, outcome, ms: Math.round(ms), evidence, hint, ...more });
  }
}

/** Every check, by id: what a run shows. */
export const heads = {
  config: { id: 'config', title: 'configuration' },
  kafka: { id: 'kafka', title: 'a Kafka to work with' },
  foreign_groups: { id: 'foreign_groups', title: 'nobody else reads these topics' },
  broker_reachable: { id: 'broker_reachable', title: 'broker reachable', function: 'publisher' },
  topics: { id: 'topics', title: 'topics, leaders and replicas', function: 'publisher' },
  function_publisher: { id: 'function_publisher', title: 'publisher function starts', function: 'publisher' },
  function_worker: { id: 'function_worker', title: 'worker function starts and ends well', function: 'worker' },
  function_reply_to: { id: 'function_reply_to', title: 'reply_to function starts and ends well', function: 'reply_to' },
  worker_ready: { id: 'worker_ready', title: 'worker answers', function: 'worker' },
  round_trips: { id: 'round_trips', title: 'round trips from a requester', function: 'publisher' },
  order: { id: 'order', title: 'order per path', function: 'worker' },
  split_flow: { id: 'split_flow', title: 'split flow: publish, answer, collect', function: 'reply_to' },
  several_replies: { id: 'several_replies', title: 'several replies to one request', function: 'publisher' },
  error_reply: { id: 'error_reply', title: 'error replies', function: 'worker' },
  bad_records: { id: 'bad_records', title: 'bad records are skipped and told', function: 'worker' },
  rights: { id: 'rights', title: 'rights of the functions' },
  disposal: { id: 'disposal', title: 'disposal within its limit' },
  cleanup: { id: 'cleanup', title: 'groups of the run are gone' },
} as const satisfies Record<string, CheckHead>;
