import type { SanityReport } from '../report/schema.js';
import { nameOf, type RemovedRight, type RowAnswer } from './rows.js';

/** A row of the matrix: the change, what the report says, and whether that is correct. */
export interface MatrixRow extends RowAnswer {
  /** The check that failed first; undefined when none did. */
  readonly failed: string | undefined;
  /** Rights that the functions found missing, from what a client can see. */
  readonly client_cause: NonNullable<SanityReport['client_cause']>;
  /** Denied and unused rights, from the brokers' own logs. */
  readonly broker_evidence: NonNullable<SanityReport['broker_evidence']>;
  readonly ms: number;
  /** What is wrong with the report; none if it is correct. */
  readonly wrong: readonly string[];
}

/** The parts of a report that are compared. */
export type JudgedReport = Pick<
  SanityReport,
  'verdict' | 'exit_code' | 'checks' | 'client_cause' | 'broker_evidence' | 'ms'
>;

/** The checks of which one must fail first if a right is missing. */
export function firstChecks({ function: name, action }: RemovedRight): readonly string[] {
  if (action === 'kafka-cluster:DeleteGroup') return ['cleanup'];
  switch (name) {
    case 'publisher':
      // It describes both topics first; it writes records and joins a group with the first request.
      if (action === 'kafka-cluster:Connect') return ['broker_reachable'];
      if (action === 'kafka-cluster:DescribeTopic') return ['topics'];
      return ['worker_ready'];
    case 'worker':
      return ['function_worker'];
    case 'reply_to':
      return ['function_reply_to'];
  }
}

/** Compares a report with the change in its template. Pure. */
export function compareRow({ row, removed }: RowAnswer, report: JudgedReport): MatrixRow {
  const failed = report.checks.find(({ outcome }) => outcome === 'fail')?.id;
  const causes = report.client_cause ?? [];
  const brokerEvidence = report.broker_evidence ?? { denied: [], never_used: [] };
  const { denied } = brokerEvidence;
  const common = { row, removed, failed, client_cause: causes, broker_evidence: brokerEvidence, ms: report.ms };
  if (removed === undefined) {
    return {
      ...common,
      wrong: [
        ...(report.verdict === 'healthy' ? [] : [`a control is ${report.verdict} (${failed ?? 'no check failed'})`]),
        ...denied.map(({ action, resource }) => `the broker denied ${action} on ${resource || 'the cluster'}`),
      ],
    };
  }
  const isCause = causes.filter(
    (cause) =>
      cause.function === removed.function &&
      cause.role === removed.role &&
      cause.action === removed.action &&
      names(removed, cause.resource.name),
  );
  const isDenied = denied.filter(
    ({ role, action, resource }) => role === removed.role && action === removed.action && names(removed, resource),
  );
  const expected = firstChecks(removed);
  return {
    ...common,
    wrong: [
      ...(report.verdict === 'unhealthy' && report.exit_code === 1 ? [] : [`the verdict is ${report.verdict}`]),
      ...(failed !== undefined && expected.includes(failed)
        ? []
        : [`failed at ${failed ?? 'no check'}, not at ${expected.join(' or ')}`]),
      ...(isCause.length === 1 ? [] : ['the client does not name the right']),
      ...(causes.length === isCause.length
        ? []
        : [`the client also names ${listed(causes.filter((one) => !isCause.includes(one)))}`]),
      ...(isDenied.length > 0 ? [] : ['the broker’s log does not name the right']),
      ...(denied.length === isDenied.length ? [] : ['the broker denied other things too']),
    ],
  };
}

/** Whether a name matches the policy's ARN: its last part, with `*` for the run's id. */
function names(removed: RemovedRight, name: string): boolean {
  const [prefix = '', ...rest] = nameOf(removed).split('*');
  return rest.length === 0 ? name === prefix : name.startsWith(prefix);
}

function listed(causes: NonNullable<JudgedReport['client_cause']>): string {
  return causes.map(({ function: name, action, resource }) => `${name} ${action} ${resource.name}`).join(', ');
}
