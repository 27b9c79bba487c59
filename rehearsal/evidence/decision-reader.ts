import { InTurn } from '../../src/base/in-turn.js';
import type { AuthorizerDecision } from './authorizer-line.js';
import type { AuthorizerLogs, LogMark } from './authorizer-logs.js';

/** Reads authorizer logs in parts: each read continues where the last successful one ended. */
export class DecisionReader {
  readonly #logs: AuthorizerLogs;
  readonly #steps = new InTurn();
  #readUntil: LogMark;

  constructor(logs: AuthorizerLogs, from: LogMark) {
    this.#logs = logs;
    this.#readUntil = from;
  }

  /**
   * Passes on the new decisions.
   * @throws the error of the system if a log cannot be read; the next step reads the same decisions
   */
  next(take: (decisions: readonly AuthorizerDecision[]) => void): Promise<void> {
    return this.#steps.run(async () => {
      const { decisions, end } = await this.#logs.since(this.#readUntil);
      this.#readUntil = end;
      take(decisions);
    });
  }
}
