import { Repeats } from '../repeats.js';
import { timesMore } from '../times-more.js';
import type { AuthorizerLogs, LogMark } from './authorizer-logs.js';
import { DecisionReader } from './decision-reader.js';
import { denialLine, type Explain } from './denial-line.js';

const LOOK_EVERY_MS = 200;
const WINDOW_MS = 10_000;

/** Reports what brokers deny while it runs: a denial at once, its repetitions every ten seconds in one line. */
export class DenialFeed implements AsyncDisposable {
  readonly #repeats: Repeats<string>;
  readonly #reader: DecisionReader;
  #timer: NodeJS.Timeout | undefined;

  private constructor(
    logs: AuthorizerLogs,
    from: LogMark,
    report: (line: string) => void,
    private readonly explain: Explain,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#reader = new DecisionReader(logs, from);
    this.#repeats = new Repeats(
      (line, again) => report(again === 0 ? line : `${line}, ${timesMore(again)}`),
      WINDOW_MS,
    );
    this.#again();
  }

  /**
   * Starts now.
   * @param explain why an action is denied to a role
   * @param onFailure called once if the logs cannot be read any more; nothing is reported after that
   */
  static async start(
    logs: AuthorizerLogs,
    report: (line: string) => void,
    explain: Explain,
    onFailure: (error: unknown) => void,
  ): Promise<DenialFeed> {
    return new DenialFeed(logs, await logs.mark(), report, explain, onFailure);
  }

  /** Reports the denials until now. */
  look(): Promise<void> {
    return this.#reader.next((decisions) => {
      for (const decision of decisions) {
        const line = denialLine(decision, roleName, this.explain);
        if (line !== undefined) this.#repeats.add(line, () => line);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.look().catch(() => undefined);
    clearTimeout(this.#timer);
    this.#repeats.close();
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      this.look().then(
        () => {
          if (this.#timer !== undefined) this.#again();
        },
        (error: unknown) => this.onFailure(error),
      );
    }, LOOK_EVERY_MS);
  }
}

/** "role worker" of `arn:aws:iam::111122223333:role/path/worker` */
function roleName(arn: string): string {
  return `role ${arn.slice(arn.lastIndexOf('/') + 1)}`;
}
