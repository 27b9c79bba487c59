import type { Rehearsal } from '../rehearsal/index.js';
import { describePlace } from '../rehearsal/template/load/take-place.js';

type Row = readonly [string, string];

/** The running parts, the made-up values, and the parts of the template that are not rehearsed, as text. */
export function described(rehearsal: Rehearsal): string {
  const { model, place, kafka, network, exports, additions, remarks } = rehearsal;
  const { iam } = kafka;
  const rows: readonly Row[] = [
    ['place', describePlace(place)],
    ['cluster', kafka.clusterArn],
    ...model.functions.map(({ name }): Row => ['function', name]),
    ...model.functions.flatMap((one): Row[] => {
      const { may, why } = network.of(one);
      if (may === 'no') return [['network', `${one.name} gets no answer from any broker: ${why}`]];
      return may === 'yes' ? [] : [['network', `${one.name} is assumed to reach the brokers: ${why}`]];
    }),
    ...kafka.namedTopics.map(({ name, namedBy }): Row => [
      'topic',
      namedBy === undefined ? name : `${name} (not the template’s: named by ${namedBy})`,
    ]),
    ['brokers', `${iam.gatewayBrokers.join(',')} (TLS and IAM, as MSK’s port 9098)`],
    ['CA file', iam.caFile],
    [
      'variables',
      `${[...new Set(additions.map(({ variable }) => variable))].join(', ')} (added by the rehearsal, not in the template)`,
    ],
    ...model.madeUp.map(({ path, value, reason, ask }): Row => [
      'made up',
      `${path}: ${value} (${withoutPath(reason, path)}; to change it: ${ask})`,
    ]),
    ...model.notModelled.map(({ path, reason }): Row => ['not modelled', `${path}: ${reason}`]),
    ...model.setAside.map(({ path, reason }): Row => ['set aside', `${path}: ${reason}`]),
    ...remarks.map(({ path, sentence }): Row => ['note', `${path}: ${sentence}`]),
  ];
  return [
    `Stack ${model.stackName} runs on Kafka ${iam.kafka.version}, and its policies are enforced.`,
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    '',
    // A profile would take precedence over these keys, and the session token of other keys would be used with them.
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
    ...Object.entries(exports).map(([name, value]) => `export ${name}=${value}`),
    '',
    `With these exports, the AWS CLI, SDKs and \`easy-pubsub sanity --stack ${model.stackName}\` see it as if it were in AWS.`,
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

function withoutPath(reason: string, path: string): string {
  return reason.startsWith(`${path}: `) ? reason.slice(path.length + 2) : reason;
}

/** The same as JSON. */
export function asJson(rehearsal: Rehearsal): object {
  const { model, place, kafka, network, exports, additions, remarks, groups } = rehearsal;
  const { iam } = kafka;
  return {
    stack: model.stackName,
    kafka: iam.kafka.version,
    place,
    cluster_arn: kafka.clusterArn,
    functions: model.functions.map((one) => {
      const { may, why } = network.of(one);
      return { logical_id: one.logicalId, name: one.name, reaches_brokers: may, why };
    }),
    topics: kafka.namedTopics.map(({ name, namedBy }) => ({ name, named_by: namedBy ?? 'the template' })),
    groups,
    brokers: iam.gatewayBrokers,
    ca_file: iam.caFile,
    additions,
    made_up: model.madeUp,
    not_modelled: model.notModelled,
    set_aside: model.setAside,
    notes: remarks,
    exports,
  };
}
