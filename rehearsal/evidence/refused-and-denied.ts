import { isCode } from '../../local/os/processes.js';
import { thrownText } from '../../src/base/thrown.js';
import type { RefusalRecord } from '../gateway/index.js';
import type { AuthorizerDecision } from './authorizer-line.js';
import type { AuthorizerLogs, LogMark } from './authorizer-logs.js';
import { timesMore } from '../times-more.js';
import { DecisionReader } from './decision-reader.js';
import { denialLines, type Explain } from './denial-line.js';

/**
 * Reports what the gateways and brokers of a rehearsal refuse and deny while it runs. Clients show it as errors of
 * many kinds, or not at all.
 */
export class RefusalsAndDenials {
  readonly #report: (line: string) => void;
  #reader: DecisionReader | undefined;
  #isReadable = true;
  #names: ReadonlyMap<string, string> = new Map();
  #explain: Explain = () => undefined;

  /** @param report gets each refusal and denial as a line */
  constructor(report: (line: string) => void) {
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
  refused({ roleArn, accessKeyId, sentence, reason, again }: RefusalRecord): void {
    const who = roleArn === undefined ? (accessKeyId ?? 'an unknown client') : this.#role(roleArn);
    this.#report(`refused: ${who}: ${sentence} (${reason})${again === undefined ? '' : `, ${timesMore(again)}`}`);
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
