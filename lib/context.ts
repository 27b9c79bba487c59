import * as z from 'zod';
import { pubsub_error } from '../src/base/error.js';
import { CLUSTER_ARN_EXAMPLE, clusterArnShape } from '../src/grants/cluster-arns.js';
import { deployedTopics } from '../src/pubsub/config/new-topics.js';
import { suggestionFor } from '../src/base/suggestion.js';
import { clientNames, isTopicName, type ClientName } from '../src/pubsub/config/settings.js';
import { contradictions, partitionProblem, portProblem } from './broker-addresses.js';
import { defaultKafkaVersion, instanceTypeProblem, kafkaVersionProblem } from './kafka-versions.js';
import { readSchedule, type RunSchedule } from './schedule.js';
import { vpcCidrProblem } from './vpc-cidr.js';

/** A whole number in a range. `-c` gives strings, cdk.json may also have numbers. */
const integer = (least: number, most: number) =>
  z
    .string()
    .refine(
      (text) => /^-?\d+$/.test(text) && Number(text) >= least && Number(text) <= most,
      `it takes ${least} to ${most}`,
    )
    .transform(Number);
const choice = <T extends string>(...choices: T[]) => z.enum(choices, { error: `it takes ${choices.join(' or ')}` });
const flag = choice('true', 'false').transform((text) => text === 'true');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
/** A string that matches a pattern. The message for a missing or invalid value contains the example. */
const like = (shape: RegExp, example: string) =>
  z.string({ error: `is missing (like ${example})` }).regex(shape, `it should look like ${example}`);
/** A string that a function may refuse, with a reason. */
const unless = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, issues) => {
    const reason = problem(text);
    if (reason !== undefined) issues.addIssue({ code: 'custom', message: reason });
  });
const securityGroup = like(/^sg-[0-9a-f]{8,17}$/, 'sg-0123456789abcdef0');
const topic = (example: string) =>
  z.string({ error: `is missing (like ${example})` }).refine(isTopicName, `it should look like ${example}`);

const schedule = z.string().transform((text, issues): RunSchedule => {
  const read = readSchedule(text);
  if (typeof read !== 'string') return read;
  issues.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

interface ContextRow {
  /** The variant of the stack for which it is: its own cluster, or an existing one. */
  readonly variant: 'own' | 'existing' | 'both';
  /** The schema of its value, given as text. */
  readonly takes: z.ZodType;
  /** Used if no value is given. */
  readonly fallback?: string;
  /** The default in words, if it is not a single value. */
  readonly fallbackText?: string;
  readonly meaning: string;
}

/** Every context value: its variant, default, schema and meaning. docs/aws.md has the same table. */
export const contextKeys = {
  stackName: {
    variant: 'both',
    takes: unless((name) =>
      /^[A-Za-z][A-Za-z0-9-]{0,24}$/.test(name)
        ? undefined
        : 'it must begin with a letter, contain only letters, digits and "-", and have at most 25 characters: AWS shortens names that it derives from a longer one, and the policies match their prefix',
    ),
    fallback: 'SanityStack',
    meaning: 'The name of the stack, 25 characters at most.',
  },
  partitions: {
    variant: 'both',
    takes: integer(1, 1_000),
    fallback: String(deployedTopics.partitions),
    meaning: 'Partitions of each topic, 1 to 1000.',
  },
  retentionHours: {
    variant: 'both',
    takes: integer(1, 24 * 365),
    fallback: '1',
    meaning: 'How long the topics keep records, in hours.',
  },
  client: {
    variant: 'both',
    takes: choice(...clientNames),
    fallback: 'kafkajs',
    meaning:
      'The client library of the functions (PUBSUB_CLIENT): kafkajs or platformatic, which must be installed (npm install @platformatic/kafka). A bundle has one of them.',
  },
  operations: {
    variant: 'both',
    takes: flag,
    fallback: 'false',
    meaning:
      'true: adds a dashboard, alarms, metrics of the functions, and metrics of each broker of a cluster of this stack. Costs money.',
  },
  alarmTopicArn: {
    variant: 'both',
    takes: like(
      /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
      'arn:aws:sns:eu-west-1:111122223333:alarms',
    ).optional(),
    meaning: 'With operations=true: the SNS topic that is notified when an alarm starts and when it ends.',
  },
  schedule: {
    variant: 'both',
    takes: schedule.optional(),
    meaning:
      'Adds a fourth function that makes scheduled sanity runs: rate(15 minutes), or cron(0/15 8-18 * * ? *) in UTC. At least 5 minutes and at most one day apart.',
  },
  instanceType: {
    variant: 'own',
    takes: unless(instanceTypeProblem),
    fallback: 'kafka.m7g.large',
    meaning: 'Instance type of the brokers: kafka.m7g.* or kafka.m5.*.',
  },
  kafkaVersion: {
    variant: 'own',
    takes: unless(kafkaVersionProblem),
    // Read only when needed: the context of an existing cluster does not need the file.
    get fallback() {
      return defaultKafkaVersion();
    },
    meaning: 'Kafka version, as MSK writes it. The default follows KAFKA_VERSION in .env.',
  },
  storageGiB: { variant: 'own', takes: integer(1, 16_384), fallback: '10', meaning: 'Disk of each broker, in GiB.' },
  azs: {
    variant: 'own',
    takes: integer(2, 3),
    fallback: '2',
    meaning: 'Zones, with one broker in each: 2 (replication 2, min ISR 1) or 3 (replication 3, min ISR 2).',
  },
  availabilityZones: {
    variant: 'own',
    takes: list.optional(),
    fallbackText: 'the first zones of `Fn::GetAZs`, which have a default subnet',
    meaning:
      'Zones by name, separated by commas, for accounts in which MSK does not support the first zones. As many as azs.',
  },
  vpcCidr: {
    variant: 'own',
    takes: unless(vpcCidrProblem),
    fallback: '10.42.0.0/16',
    meaning: 'Address range of the VPC, /16 to /25.',
  },
  removalPolicy: {
    variant: 'own',
    takes: choice('destroy', 'retain'),
    fallback: 'destroy',
    meaning: 'destroy, or retain: `cdk destroy` then keeps the cluster, which continues to cost money.',
  },
  clusterArn: {
    variant: 'existing',
    takes: like(clusterArnShape, CLUSTER_ARN_EXAMPLE),
    meaning: 'The ARN of an existing cluster.',
  },
  vpcId: {
    variant: 'existing',
    takes: like(/^vpc-[0-9a-f]{8,17}$/, 'vpc-0123456789abcdef0'),
    meaning: 'The VPC for the functions.',
  },
  subnetIds: {
    variant: 'existing',
    takes: like(/^subnet-[0-9a-f]+(\s*,\s*subnet-[0-9a-f]+)*$/, 'subnet-0a1b2c3d,subnet-…').pipe(list),
    meaning: 'Subnets for the functions, separated by commas.',
  },
  bootstrapBrokers: {
    variant: 'existing',
    takes: like(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'b-1.name.abc.c1.kafka.eu-west-1.amazonaws.com:9098,b-2…'),
    meaning:
      'The cluster’s IAM brokers (`aws kafka get-bootstrap-brokers`, BootstrapBrokerStringSaslIam), on port 9098.',
  },
  brokerSecurityGroupId: {
    variant: 'existing',
    takes: securityGroup.optional(),
    meaning:
      'The brokers’ security group: the stack creates a group for the functions, and adds one ingress rule for port 9098 to this one.',
  },
  clientSecurityGroupId: {
    variant: 'existing',
    takes: securityGroup.optional(),
    meaning: 'A security group that already has access to the brokers: attached to the functions, not modified.',
  },
  createTopics: {
    variant: 'existing',
    takes: flag,
    fallback: 'true',
    meaning: 'false: use existing topics (the only way on MSK Serverless).',
  },
  workerTopic: {
    variant: 'existing',
    takes: topic('sanity.worker'),
    fallbackText: '<stack>.worker',
    meaning: 'Name of the topic of requests.',
  },
  replyToTopic: {
    variant: 'existing',
    takes: topic('sanity.reply_to'),
    fallbackText: '<stack>.reply_to',
    meaning: 'Name of the topic of replies.',
  },
  replicationFactor: {
    variant: 'existing',
    takes: integer(1, 15),
    fallback: String(deployedTopics.replicationFactor),
    meaning: 'Replication factor of the topics that the stack creates; min ISR is one less.',
  },
} as const satisfies Record<string, ContextRow>;

type ContextKey = keyof typeof contextKeys;
type ContextValue<K extends ContextKey> = z.output<(typeof contextKeys)[K]['takes']>;

/** The common part of both variants. */
interface CommonOptions {
  readonly client: ClientName;
  readonly partitions: number;
  readonly retentionHours: number;
  /** Dashboard and alarms. @default none */
  readonly operations: OperationsOptions | undefined;
  /** Scheduled sanity runs. @default none */
  readonly schedule: RunSchedule | undefined;
}

interface OperationsOptions {
  /** The SNS topic that is notified of alarms. */
  readonly alarmTopicArn: string | undefined;
}

export interface OwnClusterOptions {
  readonly kind: 'own';
  readonly instanceType: string;
  readonly kafkaVersion: string;
  readonly storageGiB: number;
  readonly azs: number;
  readonly availabilityZones: readonly string[] | undefined;
  readonly vpcCidr: string;
  readonly removalPolicy: 'destroy' | 'retain';
}

/** Topics and functions for an existing cluster. Nothing is looked up: all values are given. */
export interface ExistingClusterOptions {
  readonly kind: 'existing';
  readonly clusterArn: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly bootstrapBrokers: string;
  readonly access:
    | { readonly kind: 'create'; readonly brokerSecurityGroupId: string }
    | { readonly kind: 'attach'; readonly clientSecurityGroupId: string };
  readonly createTopics: boolean;
  readonly workerTopic: string;
  readonly replyToTopic: string;
  readonly replicationFactor: number;
}

export interface StackOptions extends CommonOptions {
  readonly stackName: string;
  readonly cluster: OwnClusterOptions | ExistingClusterOptions;
}

/**
 * Reads all values of `-c key=value` and cdk.json before a construct is created, so that one error has every problem.
 * Keys with ":", "/" or "@" belong to the CLI and to feature flags.
 *
 * @throws pubsub_error `config_invalid` that names every invalid key
 */
export function readContext(context: Readonly<Record<string, unknown>>): StackOptions {
  const values = new ContextReader(context);
  const isExisting = (['clusterArn', 'bootstrapBrokers', 'vpcId', 'subnetIds'] as const).some((key) =>
    values.given(key),
  );
  checkKeys(values, context, isExisting);
  const stackName = values.read('stackName');
  const options: StackOptions = {
    stackName,
    client: values.read('client'),
    partitions: values.read('partitions'),
    retentionHours: values.read('retentionHours'),
    operations: operationsOptions(values),
    schedule: values.read('schedule'),
    cluster: isExisting ? existingOptions(values, stackName) : ownOptions(values),
  };
  if (values.problems.length > 0) {
    throw new pubsub_error('config_invalid', 'config', values.problems.join('; '), {
      hint: 'docs/aws.md lists every context value, its default and what it takes.',
    });
  }
  return options;
}

/** Reads values one by one, and collects their problems. */
class ContextReader {
  readonly problems: string[] = [];
  readonly #context: Readonly<Record<string, unknown>>;

  constructor(context: Readonly<Record<string, unknown>>) {
    this.#context = context;
  }

  problem(key: string, sentence: string | undefined): void {
    if (sentence !== undefined) this.problems.push(`${key} ${sentence}`);
  }

  given(key: ContextKey): boolean {
    return this.#text(key) !== undefined;
  }

  /** The value, or the default. An invalid value is a problem, and the result must not be used. */
  read<K extends ContextKey>(key: K): ContextValue<K> {
    const { takes, fallback }: ContextRow = contextKeys[key];
    const text = this.#text(key) ?? fallback;
    const { data, error } = takes.safeParse(text);
    const reason = error?.issues[0]?.message;
    if (reason !== undefined) this.problem(key, text === undefined ? reason : `is ${JSON.stringify(text)}: ${reason}`);
    return data as ContextValue<K>;
  }

  #text(key: ContextKey): string | undefined {
    const value = this.#context[key];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.join(',');
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value).trim();
    return JSON.stringify(value);
  }
}

function checkKeys(values: ContextReader, context: Readonly<Record<string, unknown>>, isExisting: boolean): void {
  const names = Object.keys(contextKeys);
  for (const key of Object.keys(context)) {
    if (/[:/@]/.test(key) || names.includes(key)) continue;
    const suggestion = suggestionFor(key, names);
    values.problem(key, `is not a context value of this app${suggestion === undefined ? '' : ` (${suggestion})`}`);
  }
  const variant = isExisting ? 'existing' : 'own';
  for (const [key, row] of Object.entries(contextKeys) as [ContextKey, ContextRow][]) {
    if (!values.given(key) || row.variant === 'both' || row.variant === variant) continue;
    values.problem(
      key,
      isExisting
        ? 'is for a cluster of this stack, but clusterArn names an existing one: give one or the other'
        : 'is for an existing cluster: give clusterArn, vpcId, subnetIds and bootstrapBrokers with it',
    );
  }
}

function operationsOptions(values: ContextReader): OperationsOptions | undefined {
  const isWanted = values.read('operations');
  const alarmTopicArn = values.read('alarmTopicArn');
  if (!isWanted && values.given('alarmTopicArn')) {
    values.problem('alarmTopicArn', 'is for alarms, which only exist with operations=true: give that with it');
  }
  return isWanted ? { alarmTopicArn } : undefined;
}

function ownOptions(values: ContextReader): OwnClusterOptions {
  const azs = values.read('azs');
  const zones = values.read('availabilityZones');
  if (zones !== undefined && zones.length !== azs) {
    values.problem('availabilityZones', `names ${zones.length} zones, but azs is ${azs}`);
  }
  if (zones !== undefined && new Set(zones).size !== zones.length) {
    values.problem('availabilityZones', 'names a zone twice');
  }
  return {
    kind: 'own',
    instanceType: values.read('instanceType'),
    kafkaVersion: values.read('kafkaVersion'),
    storageGiB: values.read('storageGiB'),
    azs,
    availabilityZones: zones,
    vpcCidr: values.read('vpcCidr'),
    removalPolicy: values.read('removalPolicy'),
  };
}

function existingOptions(values: ContextReader, stackName: string): ExistingClusterOptions {
  const bootstrapBrokers = values.read('bootstrapBrokers');
  // Undefined where it was wrong.
  const brokers = (bootstrapBrokers as string | undefined)?.split(',') ?? [];
  for (const broker of brokers) values.problem('bootstrapBrokers', portProblem(broker));
  const clusterArn = values.read('clusterArn');
  // Undefined where it was wrong.
  if ((clusterArn as string | undefined) !== undefined) {
    for (const sentence of contradictions(clusterArn, brokers)) values.problem('bootstrapBrokers', sentence);
    values.problem('clusterArn', partitionProblem(clusterArn));
  }
  const createTopics = values.read('createTopics');
  if (createTopics && brokers.some((broker) => broker.includes('.kafka-serverless.'))) {
    values.problem(
      'createTopics',
      'must be false on MSK Serverless, which has no topics API: create the topics yourself, then give workerTopic and replyToTopic',
    );
  }
  const topicName = (key: 'workerTopic' | 'replyToTopic', fallback: string): string =>
    values.given(key) || !createTopics ? values.read(key) : fallback;
  const workerTopic = topicName('workerTopic', `${stackName}.worker`);
  const replyToTopic = topicName('replyToTopic', `${stackName}.reply_to`);
  if (values.given('workerTopic') && workerTopic === replyToTopic) {
    values.problem('replyToTopic', 'is the same topic as workerTopic');
  }
  for (const key of ['partitions', 'retentionHours', 'replicationFactor'] as const) {
    if (createTopics || !values.given(key)) continue;
    values.problem(key, 'is for topics that the stack creates, but createTopics=false uses existing ones');
  }
  const subnetIds = values.read('subnetIds');
  if (new Set(subnetIds).size !== (subnetIds as string[] | undefined)?.length && values.given('subnetIds')) {
    values.problem('subnetIds', 'names a subnet twice');
  }
  return {
    kind: 'existing',
    clusterArn,
    vpcId: values.read('vpcId'),
    subnetIds,
    bootstrapBrokers,
    access: accessOf(values),
    createTopics,
    workerTopic,
    replyToTopic,
    replicationFactor: values.read('replicationFactor'),
  };
}

function accessOf(values: ContextReader): ExistingClusterOptions['access'] {
  const brokerSecurityGroupId = values.read('brokerSecurityGroupId');
  const clientSecurityGroupId = values.read('clientSecurityGroupId');
  const isMade = values.given('brokerSecurityGroupId');
  if (isMade === values.given('clientSecurityGroupId')) {
    values.problem(
      'brokerSecurityGroupId',
      isMade
        ? 'and clientSecurityGroupId are both given: give one or the other'
        : 'or clientSecurityGroupId is missing: the stack opens port 9098 of the first to the functions; the second already has access to the brokers',
    );
  }
  return isMade
    ? { kind: 'create', brokerSecurityGroupId: brokerSecurityGroupId ?? '' }
    : { kind: 'attach', clientSecurityGroupId: clientSecurityGroupId ?? '' };
}
