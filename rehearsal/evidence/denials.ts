import { isCode } from '../../local/os/processes.js';
import { thrownText } from '../../src/base/thrown.js';
import { deniedTransactionalId, type RefusalRecord } from '../gateway/index.js';
import { kafkaActions } from '../policy/actions.js';
import type { AuthorizerDecision } from './authorizer-line.js';
import type { AuthorizerLogs, LogMark } from './authorizer-logs.js';
import { DecisionReader } from './decision-reader.js';

/** Reports one denial or refusal as a line for people. */
export type ReportDenial = (line: string) => void;

/** Why an action is denied to a role; undefined if the role is unknown. */
export type Explain = (roleArn: string, action: string, name: string) => string | undefined;

/**
 * Reports what the gateways and brokers of a rehearsal refuse and deny while it runs. Clients show it as errors of
 * many kinds, or not at all.
 */
export class Denials {
  readonly #report: ReportDenial;
  #reader: DecisionReader | undefined;
  #isReadable = true;
  #names: ReadonlyMap<string, string> = new Map();
  #explain: Explain = () => undefined;

  constructor(report: ReportDenial) {
    this.#report = report;
  }

  /** @param roles roles of the stack: their logical ids are more readable than ARNs */
  begin(
    logs: AuthorizerLogs,
    begin: LogMark,
    roles: readonly { readonly arn: string; readonly logicalId: string }[],
    explain: Explain = () => undefined,
  ): void {
    this.#reader = new DecisionReader(logs, begin);
    this.#names = new Map(roles.map(({ arn, logicalId }) => [arn, logicalId]));
    this.#explain = explain;
  }

  /** A gateway refused a login or a request. */
  refused({ roleArn, accessKeyId, sentence, reason, times }: RefusalRecord): void {
    const who = roleArn === undefined ? (accessKeyId ?? 'an unknown client') : this.#role(roleArn);
    this.#report(`refused: ${who}: ${sentence} (${reason})${times === 1 ? '' : `, ${times} times more`}`);
  }

  /** Reports what the brokers have denied since the last call. Does not reject: an error is a line, too. */
  look(): Promise<void> {
    return this.#next((decisions) => {
      for (const line of denialLines(decisions, (arn) => this.#role(arn), this.#explain)) this.#report(line);
    });
  }

  /** Skips what the brokers have denied since the last call: those denials were expected. */
  pass(): Promise<void> {
    return this.#next(() => undefined);
  }

  async #next(take: (decisions: readonly AuthorizerDecision[]) => void): Promise<void> {
    try {
      await this.#reader?.next(take);
      this.#isReadable = true;
    } catch (error) {
      // The logs are deleted when the rehearsal ends.
      if (isCode(error, 'ENOENT')) return;
      if (this.#isReadable) this.#report(`denials of the brokers cannot be read: ${thrownText(error)}`);
      this.#isReadable = false;
    }
  }

  #role(arn: string): string {
    return `role ${this.#names.get(arn) ?? arn}`;
  }
}

/**
 * One line for equal denials: "denied: role Orders: kafka-cluster:WriteData on topic orders (Produce): no statement
 * of orders.json allows it, 3 times".
 */
export function denialLines(
  decisions: readonly AuthorizerDecision[],
  role: (arn: string) => string,
  explain: Explain = () => undefined,
): string[] {
  const times = new Map<string, number>();
  for (const decision of decisions) {
    const line = denialLine(decision, role, explain);
    if (line !== undefined) times.set(line, (times.get(line) ?? 0) + 1);
  }
  return [...times].map(([line, count]) => (count === 1 ? line : `${line}, ${count} times`));
}

/** @returns undefined for what was allowed, and for what the gateway has already reported */
export function denialLine(
  { allowed, principal, action, resource, request }: AuthorizerDecision,
  role: (arn: string) => string,
  explain: Explain,
): string | undefined {
  if (allowed || resource === deniedTransactionalId) return undefined;
  const { kind } = kafkaActions[action];
  const on = kind === 'cluster' ? 'the cluster' : `${kind} ${resource}`;
  const why = explain(principal, action, resource);
  return `denied: ${role(principal)}: ${action} on ${on} (${request})${why === undefined ? '' : `: ${why}`}`;
}
