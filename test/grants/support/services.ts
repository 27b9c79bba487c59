import { serviceGrants, type ServiceRole } from '../../../src/grants/service-grants.js';
import { serviceSettings, type ServiceInput } from '../../../src/grants/service-settings.js';
import { textArns } from '../../../src/grants/cluster-arns.js';
import type { KafkaStatement } from '../../../src/grants/kafka-grants.js';

export const CLUSTER_ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';

/** The policy of a service: `easy-pubsub policy` prints it. */
export function policyOf(role: ServiceRole, input: ServiceInput, createTopics = false): KafkaStatement[] {
  const options = { role, settings: serviceSettings(input), createTopics };
  return serviceGrants(textArns(CLUSTER_ARN), options).statements();
}

/** "WriteData on topic pricing", for each right of a policy. */
export function rightsOf(statements: readonly KafkaStatement[]): string[] {
  return statements.flatMap(({ Action, Resource }) => Action.map((action) => `${action} on ${Resource}`));
}

/** The policy without one right, for each right that it has. */
export function withoutEach(
  statements: readonly KafkaStatement[],
): { removed: string; action: string; statements: KafkaStatement[] }[] {
  return statements.flatMap((statement, at) =>
    statement.Action.map((action) => ({
      removed: `${action.replace('kafka-cluster:', '')} on ${statement.Resource.split(':').at(-1)!.split('/')[0]!} ${statement.Resource.split('/').slice(3).join('/')}`,
      action: action.replace('kafka-cluster:', ''),
      statements: statements.flatMap((one, i) => {
        if (i !== at) return [one];
        const rest = one.Action.filter((other) => other !== action);
        return rest.length === 0 ? [] : [{ ...one, Action: rest }];
      }),
    })),
  );
}
