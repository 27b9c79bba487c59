import { actionsMatching, kafkaActions, type ResourceKind } from '../actions.js';
import { noAction } from './actions-meant.js';
import { arnFields, isIncompleteArn } from './arn-fields.js';
import { elsewhere, kindsOf, leftOutElsewhere } from '../cluster/about.js';
import { clusterPartNames, clusterPattern, withoutVariables } from '../cluster/cluster-pattern.js';
import { placeFaults, type PlaceFault } from '../cluster/place-faults.js';
import type { RoleRights } from '../decide/rights.js';
import { evaluateConditions, isPossible as canMatch } from '../conditions/evaluate.js';
import { aBoolean } from '../conditions/operators.js';
import { keyRemarks } from './key-remarks.js';
import type { Remark } from './remark.js';
import type { PolicyStatement } from './statement.js';

/** The parts of these statements that can never apply to a resource of this cluster, and why. */
export function policyRemarks(statements: readonly PolicyStatement[], clusterArn: string): Remark[] {
  const all = statements.flatMap((statement) => [
    ...unknownActions(statement),
    ...malformed(statement),
    ...otherClusters(statement, clusterArn),
    ...wrongKinds(statement, clusterArn),
    ...impossibleValues(statement),
    ...keyRemarks(statement),
    ...otherPlaces(statement, clusterArn),
  ]);
  return [...new Map(all.map((remark) => [`${remark.path} ${remark.sentence}`, remark])).values()];
}

/** The remark that policies grant their role nothing: usually a mistake. */
export function rightlessRemarks({ own, clusterPolicy }: Pick<RoleRights, 'own' | 'clusterPolicy'>): Remark[] {
  const ofCluster = typeof clusterPolicy === 'object' ? clusterPolicy.statements : [];
  if ([...own.statements, ...ofCluster].some(({ effect }) => effect === 'Allow')) return [];
  const what = own.statements.length === 0 ? 'has no kafka-cluster actions' : 'only denies kafka-cluster actions';
  return [{ path: own.name, sentence: `${what}, so its role may do nothing here` }];
}

/** The remark that a role's rights also depend on a policy that is not given. */
export function otherAccountRemarks(
  { arn, own, clusterPolicy }: Pick<RoleRights, 'arn' | 'own' | 'clusterPolicy'>,
  clusterArn: string,
): Remark[] {
  if (clusterPolicy !== 'taken_to_allow') return [];
  const [account, owner] = [arn, clusterArn].map((one) => one.split(':')[4]);
  const sentence = `its role is of account ${account}, and the cluster is of ${owner}: the cluster’s policy, which is not given, is assumed to allow everything; --cluster-policy FILE gives it`;
  return [{ path: own.name, sentence }];
}

function unknownActions({ path, actions, notActions }: PolicyStatement): Remark[] {
  return (notActions ?? actions).flatMap((pattern) => {
    const found = noAction(pattern);
    const element = notActions === undefined ? 'Action' : 'NotAction';
    return found === undefined ? [] : [{ path: `${path}.${element}`, sentence: `${pattern} ${found.sentence}` }];
  });
}

const shapes: Readonly<Record<ResourceKind, string>> = {
  cluster: 'cluster/NAME/UUID',
  topic: 'topic/CLUSTER/UUID/TOPIC',
  group: 'group/CLUSTER/UUID/GROUP',
  'transactional-id': 'transactional-id/CLUSTER/UUID/ID',
};

/** Resources that do not have the form of an ARN of MSK. */
function malformed({ path, resources, notResources }: PolicyStatement): Remark[] {
  return (notResources ?? resources).flatMap((resource) => {
    const sentence = malformedSentence(resource);
    return sentence === undefined
      ? []
      : [
          {
            path: `${path}.${notResources === undefined ? 'Resource' : 'NotResource'}`,
            sentence: `${resource} ${sentence}`,
          },
        ];
  });
}

function malformedSentence(resource: string): string | undefined {
  const [, partition = '', service = '', region = '', account = '', path = ''] = arnFields(resource);
  const [kind = '', ...names] = path.split('/');
  if (service === 'kafka-cluster') return 'matches nothing: ARNs of a cluster and its topics have the service kafka';
  if (service !== 'kafka') {
    return service.toLowerCase() === 'kafka' ? 'matches nothing: the service is kafka, in lower case' : undefined;
  }
  if (isIncompleteArn(resource)) return 'matches nothing: it has fewer than the six fields of an ARN';
  const [partitionPattern = '', regionPattern = '', accountPattern = ''] = [partition, region, account].map(
    withoutVariables,
  );
  const [fault] = placeFaults({ partition: partitionPattern, region: regionPattern, account: accountPattern });
  if (fault !== undefined) return `matches nothing: ${faultSentence(fault)}`;
  if (/[*?$]/.test(kind)) return undefined;
  const shape = Object.entries(shapes).find(([one]) => one === kind)?.[1];
  if (shape === undefined) {
    // Other resources of MSK, such as a configuration or a connection, are not about a cluster's data.
    return path === '' || /^(cluster|topic|group|transaction)/i.test(kind)
      ? `matches nothing: the forms are ${Object.values(shapes).join(', ')}`
      : undefined;
  }
  const wanted = shape.split('/').length - 1;
  if (kind === 'topic' && names.length > wanted && !/[*?$]/.test(path)) {
    return 'matches nothing: a topic name cannot contain a slash';
  }
  return names.length < wanted && !/[*$]/.test(path) ? `matches nothing: the form is ${shape}` : undefined;
}

function faultSentence({ part, sentence }: PlaceFault): string {
  if (part === 'account') return 'an account id has 12 digits';
  return part === 'partition' ? `${sentence}, whose accounts refuse a policy with it` : sentence;
}

function otherClusters(statement: PolicyStatement, clusterArn: string): Remark[] {
  const { path } = statement;
  const [others, leftOut] = [elsewhere(statement, clusterArn), leftOutElsewhere(statement, clusterArn)].map((all) =>
    all.filter((resource) => malformedSentence(resource) === undefined),
  );
  return [
    ...(others?.some(isOfOne) === true
      ? [{ path: `${path}.Resource`, sentence: `is about a cluster other than ${clusterArn}: ${others.join(', ')}` }]
      : []),
    ...(leftOut?.some(isOfOne) === true
      ? [
          {
            path: `${path}.NotResource`,
            sentence: `excludes nothing on ${clusterArn}; it only names another cluster: ${leftOut.join(', ')}`,
          },
        ]
      : []),
  ];
}

/** Whether a resource says which cluster it is about. */
function isOfOne(resource: string): boolean {
  const parts = clusterPattern(resource, '')?.readings[0];
  return parts !== undefined && clusterPartNames.some((part) => part !== 'partition' && parts[part] !== '*');
}

/** Actions that are named literally, on resources of a kind to which they do not apply. */
function wrongKinds({ path, actions, resources }: PolicyStatement, clusterArn: string): Remark[] {
  const kinds = new Set(resources.flatMap((resource) => kindsOf(resource, clusterArn)));
  if (kinds.size === 0) return [];
  return actions
    .filter((pattern) => !/[*?]/.test(pattern))
    .flatMap((pattern) => actionsMatching(pattern))
    .filter((action) => !kinds.has(kafkaActions[action].kind))
    .map((action) => ({
      path: `${path}.Resource`,
      sentence: `${action} is about ARNs of the form ${shapes[kafkaActions[action].kind]}, and none of the resources has it, so it grants nothing`,
    }));
}

/** Values of conditions that IAM accepts, and that nothing can match. */
function impossibleValues({ conditions = [], variables = true }: PolicyStatement): Remark[] {
  return conditions.flatMap(({ operator, values, path }) =>
    values.flatMap((value): Remark[] => {
      const isPossible = operator === undefined ? aBoolean.is(value) : canMatch(operator, value, variables);
      if (isPossible) return [];
      const comes = operator?.negated === true ? 'every value differs from it' : 'nothing matches it';
      const noun = (operator?.takes ?? aBoolean).noun;
      return [{ path, sentence: `${JSON.stringify(value)} is not ${noun}: ${comes}` }];
    }),
  );
}

/** Condition keys that are about the place of the cluster. */
const ofPlace = /^aws:(?:RequestedRegion|ResourceAccount)$/i;

/** Allows whose conditions hold in another region or account only. */
function otherPlaces({ effect, conditions = [], variables = true }: PolicyStatement, clusterArn: string): Remark[] {
  if (effect === 'Deny') return [];
  const facts = { roleArn: '', clusterArn, nowMs: 0 };
  return conditions
    .filter((test) => ofPlace.test(test.key))
    .flatMap((test): Remark[] => {
      const outcome = evaluateConditions([test], variables, facts, 'cluster');
      if ('unknown' in outcome || outcome.holds) return [];
      const [, , , region = '', account = ''] = clusterArn.split(':');
      const sentence = `does not hold for the cluster, which is in ${region} and account ${account}: the statement allows nothing here`;
      return [{ path: test.path, sentence }];
    });
}
