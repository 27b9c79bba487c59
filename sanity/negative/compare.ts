import type { sanity_report } from '../report/schema.js';
import { nameOf, type RemovedRight, type RowAnswer } from './answers.js';

/** A row of the matrix: what was done, what the report says, and whether that is right. */
export interface MatrixRow extends RowAnswer {
  /** The check that failed first; undefined when none did. */
  readonly failed: string | undefined;
  /** Rights that the functions found missing, from what a client can see. */
  readonly client_cause: NonNullable<sanity_report['client_cause']>;
  /** What the brokers' own logs deny and never saw used. */
  readonly broker_evidence: NonNullable<sanity_report['broker_evidence']>;
  readonly ms: number;
  /** What is wrong with the report; none when it is right. */
  readonly wrong: readonly string[];
}

/** What of a report counts here. */
export type JudgedReport = Pick<
  sanity_report,
  'verdict' | 'exit_code' | 'checks' | 'client_cause' | 'broker_evidence' | 'ms'
>;

/** The check at which a run has to fail first for want of a right: that of the first step that needs it. */
export function rightSteps({ function: name, action }: RemovedRight): readonly string[] {
  if (action === 'kafka-cluster:DeleteGroup') return ['cleanup'];
  switch (name) {
    case 'publisher':
      // It looks at both topics before anything else; what it writes and joins comes with the first request.
      if (action === 'kafka-cluster:Connect') return ['broker_reachable'];
      if (action === 'kafka-cluster:DescribeTopic') return ['topics'];
      return ['worker_ready'];
    case 'worker':
      return ['function_worker'];
    case 'reply_to':
      return ['function_reply_to'];
  }
}

/** Compares what a report says with what was done to its template. Pure. */
export function compareRow({ row, removed }: RowAnswer, report: JudgedReport): MatrixRow {
  const failed = report.checks.find(({ outcome }) => outcome === 'fail')?.id;
  const causes = report.client_cause ?? [];
  const broker_evidence = report.broker_evidence ?? { denied: [], never_used: [] };
  const { denied } = broker_evidence;
  const common = { row, removed, failed, client_cause: causes, broker_evidence, ms: report.ms };
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
  const steps = rightSteps(removed);
  return {
    ...common,
    wrong: [
      ...(report.verdict === 'unhealthy' && report.exit_code === 1 ? [] : [`the verdict is ${report.verdict}`]),
      ...(failed !== undefined && steps.includes(failed)
        ? []
        : [`failed at ${failed ?? 'no check'}, not at ${steps.join(' or ')}`]),
      ...(isCause.length === 1 ? [] : ['the client does not name the right']),
      ...(causes.length === isCause.length
        ? []
        : [`the client also names ${told(causes.filter((one) => !isCause.includes(one)))}`]),
      ...(isDenied.length > 0 ? [] : ['the broker’s log does not name the right']),
      ...(denied.length === isDenied.length ? [] : ['the broker denied other things too']),
    ],
  };
}

/** Whether a name is what the policy's ARN stands for: its last part, `*` for the run's id. */
function names(removed: RemovedRight, name: string): boolean {
  const [prefix = '', ...rest] = nameOf(removed).split('*');
  return rest.length === 0 ? name === prefix : name.startsWith(prefix);
}

function told(causes: NonNullable<JudgedReport['client_cause']>): string {
  return causes.map(({ function: name, action, resource }) => `${name} ${action} ${resource.name}`).join(', ');
}
