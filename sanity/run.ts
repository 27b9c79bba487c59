import type { collect_result } from '../lambda/collecting/collect-run.js';
import type { positions_result, topic_facts } from '../lambda/publishing/positions.js';
import type { publish_result } from '../lambda/publishing/publish-run.js';
import type { request_result } from '../lambda/publishing/request-run.js';
import type { worker_run_result } from '../lambda/working/worker-run.js';
import type { FunctionName } from '../local/functions/index.js';
import type { CheckList } from './check-list.js';
import { heads, type CheckHead } from './check-list.js';
import { failureOf, isUnreachable, type Failure } from './failure.js';
import {
  judgeBadRecords,
  judgeCleanup,
  judgeDisposal,
  judgeErrors,
  judgeOrder,
  judgeRequests,
  judgeSplit,
  judgeTopics,
} from './judge.js';
import type { RunResults } from './ledger.js';
import type { SanityOptions } from './options.js';
import { plan, type Offsets, type Plan, type RunStart } from './plan.js';
import type { Target, TargetAnswer } from './target.js';

/** What a run has found out; the report is made of it. */
export interface RunOutcome extends RunResults {
  readonly checks: CheckList;
  /** Process ids, by function. */
  readonly processes: Map<FunctionName, Set<number>>;
  /** No broker answered as Kafka does: nothing can be said about it. */
  unreachable: boolean;
  cold: request_result | undefined;
  warm: request_result | undefined;
}

export interface RunParts {
  readonly runId: string;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly checks: CheckList;
  readonly signal: AbortSignal;
  /** Told what is waited for. */
  readonly onProgress: (sentence: string) => void;
}

/** Left for the functions to end in after their work. */
const SLACK_MS = 5_000;

/** Carries a plan out, check by check. What fails is noted; only what rests on it is left out. */
export async function runPlan(parts: RunParts): Promise<RunOutcome> {
  return new SanityRun(parts).run();
}

class SanityRun {
  readonly #parts: RunParts;
  readonly #plan: Plan;
  readonly #endsAt: number;
  readonly #outcome: RunOutcome;
  #worker: Promise<TargetAnswer> | undefined;
  /** Set when the worker ended before it was told to. */
  #workerGone = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#plan = plan(parts.runId, parts.options);
    this.#endsAt = performance.now() + parts.options.timeoutMs;
    this.#outcome = {
      checks: parts.checks,
      processes: new Map(),
      unreachable: false,
      requests: [],
      publishes: [],
      collects: [],
      worker: undefined,
      cold: undefined,
      warm: undefined,
    };
  }

  async run(): Promise<RunOutcome> {
    const start = await this.#begin();
    if (start === undefined) {
      this.#blockRest();
      return this.#outcome;
    }
    this.#startWorker(start);
    if (await this.#roundTrips()) {
      await this.#splitFlow(start);
      await this.#specialCases();
    }
    this.#blockRest([heads.function_worker.id, heads.disposal.id, heads.cleanup.id]);
    await this.#endWorker();
    this.#judgeEnds();
    return this.#outcome;
  }

  /** Step 1: reachability, topics, positions, from where the publisher function runs. */
  async #begin(): Promise<RunStart | undefined> {
    this.#say('the publisher function to start and to reach a broker');
    const answer = await this.#invoke('publisher', this.#plan.positions);
    const { checks } = this.#outcome;
    if (!answer.ok) {
      const failure = failureOf(answer);
      const started = /^[a-z_]+$/.test(failure.code) && failure.code !== 'function_timed_out';
      if (started) checks.pass(heads.function_publisher, answer.ms, 'it started, and says what is wrong');
      const head = !started
        ? heads.function_publisher
        : isUnreachable(failure)
          ? heads.broker_reachable
          : headOf(failure);
      checks.fail(head, answer.ms, withCreateHint(failure));
      this.#outcome.unreachable = started && isUnreachable(failure);
      return undefined;
    }
    const result = answer.result as positions_result;
    checks.pass(heads.function_publisher, answer.ms, `answered within ${answer.ms} ms`);
    judgeTopics(checks, result, answer.ms);
    if (checks.failed !== undefined) return undefined;
    return {
      worker: ends(result.worker),
      reply_to: ends(result.reply_to),
      reply_partitions: result.reply_to.partitions.map(({ partition }) => partition),
    };
  }

  /** Step 2: the worker works in the background, until it is told to finish. */
  #startWorker(start: RunStart): void {
    this.#worker = this.#invoke('worker', this.#plan.worker(start)).then((answer) => {
      this.#workerGone = !answer.ok;
      return answer;
    });
  }

  /** Step 3: a requester with its own reply_to subscription; cold first, then warm. */
  async #roundTrips(): Promise<boolean> {
    const { checks } = this.#outcome;
    this.#say('the worker function to answer its first frame');
    const coldAnswer = await this.#invoke('publisher', this.#plan.cold, { fresh: true });
    const cold = this.#request(coldAnswer, heads.worker_ready);
    if (cold === undefined) return false;
    this.#outcome.cold = cold;
    checks.pass(
      heads.worker_ready,
      cold.warm_up?.ms ?? 0,
      `answered after ${cold.warm_up?.ms ?? 0} ms and ${cold.warm_up?.frames ?? 0} warm-up frames`,
    );
    let ms = coldAnswer.ms;
    const results = [cold];
    if (this.#plan.warm !== undefined) {
      this.#say('the counted round trips');
      const answer = await this.#invoke('publisher', this.#plan.warm);
      const warm = this.#request(answer, heads.round_trips);
      if (warm === undefined) return false;
      this.#outcome.warm = warm;
      results.push(warm);
      ms += answer.ms;
    }
    judgeRequests(checks, heads.round_trips, results, ms);
    judgeOrder(checks, results, 0);
    return !this.#workerGone;
  }

  /** Step 4: one function publishes, one answers, one collects. The collector may well come last. */
  async #splitFlow(start: RunStart): Promise<void> {
    const { checks } = this.#outcome;
    this.#say('the split flow: publish, answer, collect');
    const startedAt = performance.now();
    const [collected, published] = await Promise.all([
      this.#invoke('reply_to', this.#plan.split_collect(start)),
      this.#invoke('publisher', this.#plan.split_publish(start)),
    ]);
    if (!published.ok) {
      checks.fail(heads.split_flow, published.ms, failureOf(published));
      if (!collected.ok) checks.fail(heads.function_reply_to, collected.ms, failureOf(collected));
      return;
    }
    const publish = published.result as publish_result;
    this.#outcome.publishes.push(publish);
    if (!collected.ok) {
      checks.fail(heads.function_reply_to, collected.ms, failureOf(collected));
      const failed = checks.all.at(-1);
      if (failed !== undefined) checks.blocked(heads.split_flow, failed);
      return;
    }
    const collect = collected.result as collect_result;
    this.#outcome.collects.push(collect);
    checks.pass(
      heads.function_reply_to,
      collected.ms,
      `collected for ${collected.ms} ms, and ended by its ${collect.stopped_by}`,
    );
    judgeSplit(checks, publish, collect, performance.now() - startedAt);
  }

  /** Step 5: several replies, error replies, bad records. */
  async #specialCases(): Promise<void> {
    const { checks } = this.#outcome;
    this.#say('several replies, error replies and bad records');
    const several = await this.#invoke('publisher', this.#plan.several);
    const severalResult = this.#request(several, heads.several_replies);
    if (severalResult !== undefined) judgeRequests(checks, heads.several_replies, [severalResult], several.ms);

    const startedAt = performance.now();
    const failing = this.#request(await this.#invoke('publisher', this.#plan.failing), heads.error_reply);
    if (failing !== undefined) {
      const unknown = this.#request(await this.#invoke('publisher', this.#plan.unknown), heads.error_reply);
      if (unknown !== undefined) judgeErrors(checks, failing, unknown, performance.now() - startedAt);
    }
    await this.#badRecords();
  }

  async #badRecords(): Promise<void> {
    const { checks } = this.#outcome;
    const { mayPlant } = this.#parts.target;
    if (mayPlant !== true) {
      checks.skip(heads.bad_records, mayPlant);
      return;
    }
    const planted = await this.#invoke('publisher', this.#plan.bad_records);
    if (!planted.ok) {
      checks.fail(heads.bad_records, planted.ms, failureOf(planted));
      return;
    }
    const publish = planted.result as publish_result;
    this.#outcome.publishes.push(publish);
    const afterAnswer = await this.#invoke('publisher', this.#plan.after_bad);
    const after = this.#request(afterAnswer, heads.bad_records);
    if (after === undefined) return;
    // Judged when the worker has ended: its result names what it skipped.
    await this.#endWorker();
    if (this.#outcome.worker !== undefined)
      judgeBadRecords(checks, publish, this.#outcome.worker, after, planted.ms + afterAnswer.ms);
  }

  /** Tells the worker that the run is over, and waits for what it has to say. */
  async #endWorker(): Promise<void> {
    const running = this.#worker;
    if (running === undefined) return;
    this.#worker = undefined;
    const { checks } = this.#outcome;
    this.#say('the worker function to end');
    if (!this.#workerGone) {
      const answer = await this.#invoke('publisher', this.#plan.finish);
      if (answer.ok) this.#outcome.requests.push(answer.result as request_result);
      // It would go on to its deadline.
      else await this.#parts.target.stop();
    }
    const answer = await running;
    if (!answer.ok) {
      checks.fail(heads.function_worker, answer.ms, failureOf(answer));
      return;
    }
    const result = answer.result as worker_run_result;
    this.#outcome.worker = result;
    const { handled, failed, replies } = result.counts;
    const evidence = `handled ${handled + failed} frames with ${replies} replies on ${result.partitions.length} partitions, and ended by ${result.stopped_by}`;
    if (result.undeliverable.length > 0) {
      checks.warn(
        heads.function_worker,
        answer.ms,
        `${evidence}; ${result.undeliverable.length} replies could not be written: ${result.undeliverable[0]?.message ?? ''}`,
        'May it write to the reply_to topic?',
      );
    } else if (result.restarts > 0) {
      checks.warn(
        heads.function_worker,
        answer.ms,
        `${evidence}; its consumer was replaced ${result.restarts} times`,
        'Brokers or the network were not well meanwhile.',
      );
    } else checks.pass(heads.function_worker, answer.ms, evidence);
  }

  #judgeEnds(): void {
    const { checks, requests, collects, worker } = this.#outcome;
    const disposals = [
      ...requests.map(({ dispose_ms }) => ({ name: 'publisher', dispose_ms })),
      ...collects.map(({ dispose_ms }) => ({ name: 'reply_to', dispose_ms })),
      ...(worker === undefined ? [] : [{ name: 'worker', dispose_ms: worker.dispose_ms }]),
    ];
    judgeDisposal(checks, disposals);
    const fates = [...requests, ...collects, ...(worker === undefined ? [] : [worker])].map(({ group }) => group);
    judgeCleanup(checks, [...new Map(fates.map((fate) => [fate.name, fate])).values()], this.#parts.options.keep);
  }

  /** Keeps a request step's result; its failure goes to the check. */
  #request(answer: TargetAnswer, head: CheckHead): request_result | undefined {
    if (!answer.ok) {
      this.#outcome.checks.fail(head, answer.ms, failureOf(answer));
      return undefined;
    }
    const result = answer.result as request_result;
    this.#outcome.requests.push(result);
    return result;
  }

  async #invoke(name: FunctionName, event: object, more: { fresh?: boolean } = {}): Promise<TargetAnswer> {
    this.#parts.signal.throwIfAborted();
    const timeoutMs = Math.max(SLACK_MS + 2_000, this.#endsAt - performance.now() + SLACK_MS);
    const answer = await this.#parts.target.invoke(name, event, { timeoutMs, ...more });
    this.#parts.signal.throwIfAborted();
    const pid = answer.ok ? (answer.result as { process?: { pid?: number } }).process?.pid : undefined;
    if (pid !== undefined) this.#outcome.processes.set(name, (this.#outcome.processes.get(name) ?? new Set()).add(pid));
    return answer;
  }

  /** Every check has its line, also when it could not be done. */
  #blockRest(except: readonly string[] = []): void {
    const { checks } = this.#outcome;
    const cause = checks.failed;
    if (cause === undefined) return;
    const done = new Set(checks.all.map(({ id }) => id));
    for (const head of Object.values(heads)) {
      if (done.has(head.id) || except.includes(head.id) || before.has(head.id)) continue;
      checks.blocked(head, cause);
    }
  }

  #say(sentence: string): void {
    this.#parts.onProgress(sentence);
  }
}

/** Checks that are made, or not, before a plan is run. */
const before = new Set<string>([heads.config.id, heads.kafka.id, heads.foreign_groups.id]);

function ends({ partitions }: topic_facts): Offsets {
  return Object.fromEntries(partitions.map(({ partition, end }) => [String(partition), end]));
}

function headOf({ code }: Failure): CheckHead {
  return code === 'topic_unknown' ? heads.topics : heads.broker_reachable;
}

function withCreateHint(failure: Failure): Failure {
  if (failure.code !== 'topic_unknown') return failure;
  return { ...failure, hint: 'Create both topics, or let the run do it: npm run sanity -- --create-topics' };
}
