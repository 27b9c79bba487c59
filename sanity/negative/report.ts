import type { TakenPlace } from '../../rehearsal/index.js';
import type { RemovedRight } from './rows.js';
import type { MatrixRow } from './compare.js';

/** The result of the matrix, one object for people and programs. */
export interface MatrixReport {
  readonly schema_version: 1;
  readonly kind: 'negative_matrix';
  readonly stack: string;
  /** Its file, or "synthesized". */
  readonly template: string;
  /** The assumed place of the stack, and its source. */
  readonly place: TakenPlace;
  /** Decides the order of the rows. */
  readonly seed: string;
  readonly version: string;
  readonly ms: number;
  readonly exit_code: 0 | 1;
  /** Rows that are correct. */
  readonly right: number;
  /** What differs from a rehearsal of the stack. */
  readonly settings: {
    readonly group_initial_rebalance_delay_ms: number;
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly rows: readonly ReportedRow[];
}

/** `removed` is null for a control. */
export type ReportedRow = Omit<MatrixRow, 'removed' | 'failed'> & {
  readonly removed: RemovedRight | null;
  /** Id of the check that failed first; null when none did. */
  readonly failed: string | null;
};

export interface MatrixFacts {
  readonly rows: readonly MatrixRow[];
  readonly seed: string;
  readonly stackName: string;
  readonly template: string;
  readonly place: TakenPlace;
  readonly version: string;
  readonly ms: number;
  readonly settings: {
    readonly groupInitialRebalanceDelayMs: number;
    readonly variables: Readonly<Record<string, string>>;
  };
}

/** Pure. */
export function matrixReport({ rows, stackName, ms, settings, ...facts }: MatrixFacts): MatrixReport {
  const right = rows.filter(({ wrong }) => wrong.length === 0).length;
  return {
    schema_version: 1,
    kind: 'negative_matrix',
    stack: stackName,
    ...facts,
    ms: Math.round(ms),
    exit_code: right === rows.length ? 0 : 1,
    right,
    settings: {
      group_initial_rebalance_delay_ms: settings.groupInitialRebalanceDelayMs,
      variables: settings.variables,
    },
    rows: rows.map(({ removed, failed, ...row }) => ({ ...row, removed: removed ?? null, failed: failed ?? null })),
  };
}
