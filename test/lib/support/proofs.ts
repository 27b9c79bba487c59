import { LATEST_START_MS, scheduledVariables } from '../../../lambda/names/scheduled-sanity.js';
import { LEAST_MINUTES } from '../../../lib/schedule.js';
import { config } from '../../../src/index.js';
import { rightsOf, textOf } from './policies.js';
import type { CfnResource, CfnTemplate } from './synthesize.js';

const functions = { Publisher: 'publisher', Worker: 'worker', ReplyTo: 'reply_to' } as const;
type Name = keyof typeof functions;

const groupActions = ['AlterGroup', 'DeleteGroup', 'DescribeGroup'];

/** The table of rights on Kafka: what each function does with the cluster, the two topics, its groups. */
const table: Readonly<Record<Name, Record<'worker' | 'reply_to', readonly string[]>>> = {
  Publisher: { worker: ['DescribeTopic', 'WriteData'], reply_to: ['DescribeTopic', 'ReadData'] },
  Worker: { worker: ['DescribeTopic', 'ReadData'], reply_to: ['DescribeTopic', 'WriteData'] },
  ReplyTo: { worker: [], reply_to: ['DescribeTopic', 'ReadData'] },
};

/** AWS's page on authorization policy actions: an action is nothing without these. */
const companions: Readonly<Record<string, readonly string[]>> = {
  DescribeTopic: ['Connect'],
  WriteData: ['Connect', 'DescribeTopic'],
  ReadData: ['Connect', 'DescribeTopic', 'AlterGroup'],
  DescribeGroup: ['Connect'],
  AlterGroup: ['Connect', 'DescribeGroup'],
  DeleteGroup: ['Connect', 'DescribeGroup'],
};

/** In addition to its Kafka rights: it logs, and Lambda makes its network interfaces in its name. */
const besidesKafka = [
  ...['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} on its log group`),
  ...[
    'CreateNetworkInterface',
    'DescribeNetworkInterfaces',
    'DescribeSubnets',
    'DeleteNetworkInterface',
    'AssignPrivateIpAddresses',
    'UnassignPrivateIpAddresses',
  ].map((action) => `ec2:${action} on *`),
].sort();

/** What a template does not keep of what this project promises. Empty: all is well. */
export function broken(template: CfnTemplate): string[] {
  return [
    ...permissions(template),
    ...scheduled(template),
    ...network(template),
    ...functionSettings(template),
    ...logging(template),
  ];
}

function permissions(template: CfnTemplate): string[] {
  const problems: string[] = [];
  const rights = rightsOf(template);
  const cluster = clusterArn(template);
  for (const name of Object.keys(functions) as Name[]) {
    const kafka = rights.filter(({ role, action }) => role.startsWith(`${name}Role`) && action.startsWith('kafka'));
    const found: Record<string, string[]> = {};
    for (const { action, resource } of kafka) (found[resource] ??= []).push(action);
    const expected: Record<string, string[]> = { [cluster.whole]: ['Connect'] };
    for (const topic of ['worker', 'reply_to'] as const) {
      if (table[name][topic].length > 0) expected[cluster.topic(topic)] = [...table[name][topic]];
    }
    expected[cluster.group(functions[name])] = groupActions;
    const shown = (of: Record<string, string[]>): string =>
      JSON.stringify(
        Object.entries(of)
          .map(([on, actions]) => [on, [...actions].sort()])
          .sort(),
      );
    const wanted = Object.fromEntries(
      Object.entries(expected).map(([on, actions]) => [on, actions.map((action) => `kafka-cluster:${action}`)]),
    );
    if (shown(found) !== shown(wanted)) problems.push(`${name} may ${shown(found)}, and should ${shown(wanted)}`);
    const has = new Set(kafka.map(({ action }) => action.replace('kafka-cluster:', '')));
    for (const action of has) {
      for (const needed of companions[action] ?? []) {
        if (!has.has(needed)) problems.push(`${name}: ${action} needs ${needed}`);
      }
    }
  }
  for (const name of Object.keys(functions) as Name[]) {
    const others = rights
      .filter(({ role, action }) => role.startsWith(`${name}Role`) && !action.startsWith('kafka'))
      .map(
        ({ action, resource }) =>
          `${action} on ${resource.replace(new RegExp(`^\\{${name}Logs\\w+\\.Arn\\}$`), 'its log group')}`,
      );
    if (others.sort().join() !== besidesKafka.join()) problems.push(`${name} also may: ${others.join(', ')}`);
  }
  for (const { role, action, resource } of rights) {
    if (action.includes('*')) problems.push(`${role}: ${action}`);
    if (action === 'logs:CreateLogGroup') problems.push(`${role}: ${action} brings deleted log groups back`);
    const knowsNoResource = action.startsWith('ec2:') || action === 'kafka:GetBootstrapBrokers';
    if (resource === '*' && !knowsNoResource) problems.push(`${role}: ${action} on everything`);
    const segments = resource.split(/[:/]/);
    if (resource !== '*' && segments.includes('*') && !action.startsWith('logs:')) {
      problems.push(`${role}: ${action} on ${resource}`);
    }
  }
  const prefixes = rights.filter(({ resource }) => resource.endsWith('-*'));
  for (const one of prefixes) {
    for (const other of prefixes) {
      const isShared = one.role !== other.role && one.resource.startsWith(other.resource.slice(0, -1));
      if (isShared) problems.push(`${one.role} and ${other.role} share ${other.resource}`);
    }
  }
  for (const [id, { Properties }] of of(template, 'AWS::IAM::Role')) {
    if (Properties['ManagedPolicyArns'] !== undefined) problems.push(`${id} has a managed policy`);
  }
  return problems;
}

/** The function that makes scheduled runs: outside the VPC, invokes the other three, once each time. */
function scheduled(template: CfnTemplate): string[] {
  const [found] = of(template, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('SanityFunction'));
  const schedules = of(template, 'AWS::Scheduler::Schedule');
  if (found === undefined) return schedules.map(([id]) => `${id} invokes nothing`);
  const problems: string[] = [];
  const [id, { Properties }] = found;
  const arnOf = (name: string): string =>
    `{${of(template, 'AWS::Lambda::Function').find(([key]) => key.startsWith(`${name}Function`))?.[0] ?? '?'}.Arn}`;
  const mayOnly = (prefix: string, expected: readonly string[]): void => {
    const may = rightsOf(template)
      .filter(({ role, action }) => role.startsWith(prefix) && !action.startsWith('logs:'))
      .map(({ action, resource }) => `${action} ${resource}`);
    if (JSON.stringify([...may].sort()) !== JSON.stringify([...expected].sort())) {
      problems.push(`${prefix} may ${may.join(', ')}`);
    }
  };
  const invoke = (name: string): string => `lambda:InvokeFunction ${arnOf(name)}`;
  mayOnly('SanityRole', Object.keys(functions).map(invoke));
  mayOnly('SanityScheduleRole', [invoke('Sanity')]);
  if (Properties['VpcConfig'] !== undefined) problems.push(`${id} is in a VPC, where it reaches no AWS service`);
  problems.push(...runtimeProblems(id, Properties));
  for (const name of Object.values(scheduledVariables)) {
    if (environmentOf(Properties)[name] === undefined) problems.push(`${id} lacks ${name}`);
  }
  const [invokeConfig] = of(template, 'AWS::Lambda::EventInvokeConfig').map(([, resource]) => resource.Properties);
  const [schedule, ...others] = schedules.map(([, resource]) => resource.Properties as Record<string, object>);
  if (schedule === undefined || others.length > 0) return [...problems, `there are ${schedules.length} schedules`];
  const { RetryPolicy } = schedule['Target'] as { RetryPolicy?: Record<string, unknown> };
  const ages = [RetryPolicy?.['MaximumEventAgeInSeconds'], invokeConfig?.['MaximumEventAgeInSeconds']];
  if (RetryPolicy?.['MaximumRetryAttempts'] !== 0) problems.push('the scheduler tries again');
  if (invokeConfig?.['MaximumRetryAttempts'] !== 0) problems.push('Lambda tries again');
  if (ages.some((age) => age !== 60)) problems.push(`events wait for ${ages.join(' and ')} s`);
  // What is promised of runs that do not overlap.
  if (Number(Properties['Timeout']) * 1000 + LATEST_START_MS > LEAST_MINUTES * 60_000) {
    problems.push(`${id} may run into the time of the next run`);
  }
  return problems;
}

function runtimeProblems(id: string, properties: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (properties['Runtime'] !== 'nodejs24.x') problems.push(`${id} runs on ${String(properties['Runtime'])}`);
  if (JSON.stringify(properties['Architectures']) !== '["arm64"]') problems.push(`${id} is not for arm64`);
  if (properties['ReservedConcurrentExecutions'] !== undefined) problems.push(`${id} reserves concurrency`);
  const { LogFormat } = (properties['LoggingConfig'] ?? {}) as { LogFormat?: unknown };
  if (LogFormat !== 'JSON') problems.push(`${id} logs ${String(LogFormat)}`);
  return problems;
}

function clusterArn(template: CfnTemplate): {
  whole: string;
  topic: (name: 'worker' | 'reply_to') => string;
  group: (name: string) => string;
} {
  const topicIds = of(template, 'AWS::MSK::Topic').map(([id]) => id);
  const whole = textOf(template.Outputs['ClusterArn']?.Value);
  const name = (type: string): string =>
    whole.startsWith('{') ? `${whole}[0]:${type}/${whole}[1]` : whole.replace(':cluster/', `:${type}/`);
  return {
    whole,
    topic: (topic) => {
      const prefix = topic === 'worker' ? 'WorkerTopic' : 'ReplyToTopic';
      const id = topicIds.find((candidate) => candidate.startsWith(prefix));
      const output = topic === 'worker' ? 'WorkerTopicName' : 'ReplyToTopicName';
      return id === undefined ? `${name('topic')}/${textOf(template.Outputs[output]?.Value)}` : `{${id}.TopicArn}`;
    },
    group: (role) => `${name('group')}/SanityStack-${role}-*`,
  };
}

/** One port between two groups, and nothing else open anywhere. */
function network(template: CfnTemplate): string[] {
  const problems: string[] = [];
  const ports = (id: string, rule: Record<string, unknown>): void => {
    if (rule['IpProtocol'] !== 'tcp' || rule['FromPort'] !== 9098 || rule['ToPort'] !== 9098) {
      problems.push(`${id} opens ${JSON.stringify(rule)}`);
    }
    if (rule['CidrIp'] !== undefined || rule['CidrIpv6'] !== undefined) problems.push(`${id} opens to addresses`);
  };
  for (const [id, { Properties }] of of(template, 'AWS::EC2::SecurityGroup')) {
    if (Properties['SecurityGroupIngress'] !== undefined) problems.push(`${id} has ingress of its own`);
    for (const rule of (Properties['SecurityGroupEgress'] ?? []) as Record<string, unknown>[]) {
      // What CDK writes for "nothing": an address that no one uses.
      if (rule['CidrIp'] === '255.255.255.255/32') continue;
      ports(id, rule);
    }
  }
  for (const type of ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']) {
    for (const [id, { Properties }] of of(template, type)) ports(id, Properties);
  }
  for (const type of ['NatGateway', 'InternetGateway', 'VPCEndpoint', 'EIP']) {
    if (of(template, `AWS::EC2::${type}`).length > 0) problems.push(`the network has a ${type}`);
  }
  return problems;
}

function functionSettings(template: CfnTemplate): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(functions) as Name[]) {
    const found = of(template, 'AWS::Lambda::Function').find(([key]) => key.startsWith(`${name}Function`));
    if (found === undefined) {
      problems.push(`there is no function ${name}`);
      continue;
    }
    const [id, { Properties }] = found;
    problems.push(...runtimeProblems(id, Properties));
    if (Properties['VpcConfig'] === undefined) problems.push(`${id} is outside of the network`);
    const variables = environmentOf(Properties);
    const group = name === 'Worker' ? 'PUBSUB_WORKER_GROUP' : 'PUBSUB_REPLY_TO_GROUP';
    const needed = ['PUBSUB_BROKERS', 'PUBSUB_AUTH', 'PUBSUB_WORKER_TOPIC', 'PUBSUB_REPLY_TO_TOPIC', group];
    for (const key of [...needed, 'PUBSUB_CLIENT_ID', 'PUBSUB_RETRY_DENIED_MS', 'NODE_OPTIONS']) {
      if (variables[key] === undefined) problems.push(`${id} lacks ${key}`);
    }
    if (variables['PUBSUB_AUTH'] !== 'msk_iam') problems.push(`${id} logs in with ${String(variables['PUBSUB_AUTH'])}`);
    const grant = `SanityStack-${functions[name]}`;
    if (variables[group] !== grant) problems.push(`${id} reads as ${String(variables[group])}, and may as ${grant}`);
    try {
      // What the function does with it first.
      config.from_env({ ...variables, PUBSUB_BROKERS: 'broker:9098', AWS_REGION: 'eu-west-1' });
    } catch (error) {
      problems.push(`${id}: ${String(error)}`);
    }
  }
  return problems;
}

/** A function's variables; what only CloudFormation knows as text. */
export function environmentOf(properties: Record<string, unknown>): Record<string, string> {
  const { Variables = {} } = (properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
  return Object.fromEntries(Object.entries(Variables).map(([key, value]) => [key, textOf(value)]));
}

/** Every function and the cluster write into groups that end, and that go with the stack. */
function logging(template: CfnTemplate): string[] {
  const problems: string[] = [];
  for (const [id, { Properties, DeletionPolicy }] of of(template, 'AWS::Logs::LogGroup')) {
    if (Properties['RetentionInDays'] !== 1) problems.push(`${id} keeps lines too long`);
    if (Properties['LogGroupName'] !== undefined) problems.push(`${id} has a name of its own, which may be taken`);
    if (DeletionPolicy !== 'Delete') problems.push(`${id} stays when the stack goes`);
  }
  for (const [id, { Properties }] of of(template, 'AWS::Lambda::Function')) {
    const { LogGroup } = (Properties['LoggingConfig'] ?? {}) as { LogGroup?: unknown };
    if (LogGroup === undefined) problems.push(`${id} writes to a log group that is never deleted`);
  }
  return problems;
}

function of(template: CfnTemplate, type: string): [string, CfnResource][] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}
