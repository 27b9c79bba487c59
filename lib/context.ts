import { suggestionFor } from '../src/pubsub/config/problems.js';
import { pubsub_error } from '../src/base/error.js';
import { contextKeys, type ContextKey } from './context-keys.js';
import { Fields } from './context-fields.js';
import { defaultKafkaVersion, instanceTypeProblem, kafkaVersionProblem } from './kafka-versions.js';
import { readSchedule, type RunSchedule } from './schedule.js';
import { existingOptions, type ExistingClusterOptions } from './existing-options.js';

/** What both variants have. */
export interface CommonOptions {
  readonly partitions: number;
  readonly retentionHours: number;
  /** Dashboard and alarms. */
  readonly operations: OperationsOptions | undefined;
  /** Sanity runs by the clock. */
  readonly schedule: RunSchedule | undefined;
}

export interface OperationsOptions {
  /** An SNS topic that hears of alarms. */
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

export interface StackOptions extends CommonOptions {
  readonly stackName: string;
  readonly cluster: OwnClusterOptions | ExistingClusterOptions;
}

/**
 * Reads what `-c key=value` and cdk.json give, all of it, before a construct is made: no half template, and every
 * problem at once. Keys with ":", "/" or "@" are the CLI's and the feature flags'.
 *
 * @throws pubsub_error `config_invalid` that names every key that is wrong
 */
export function readContext(context: Readonly<Record<string, unknown>>): StackOptions {
  const fields = new Fields(context);
  const names = Object.keys(contextKeys);
  for (const key of Object.keys(context)) {
    if (/[:/@]/.test(key) || names.includes(key)) continue;
    fields.problem(key, 'is no context value of this app', suggestionFor(key, names));
  }
  const existing = (['clusterArn', 'bootstrapBrokers', 'vpcId', 'subnetIds'] as const).some((key) => fields.given(key));
  for (const [key, { variant }] of Object.entries(contextKeys) as [ContextKey, { variant: string }][]) {
    if (!fields.given(key) || variant === 'both' || variant === (existing ? 'existing' : 'own')) continue;
    fields.problem(
      key,
      existing
        ? 'is for a cluster of this stack, and clusterArn names one that is there already: give one or the other'
        : 'is for a cluster that is there already: give clusterArn, vpcId, subnetIds and bootstrapBrokers with it',
    );
  }
  const options: StackOptions = {
    stackName: fields.text('stackName', 'SanityStack', (name) =>
      /^[A-Za-z][A-Za-z0-9-]{0,24}$/.test(name)
        ? undefined
        : 'it takes a letter, then letters, digits and "-", 25 at most: names that AWS makes of a longer one are cut, and policies go by how they begin',
    ),
    partitions: fields.integer('partitions', 3, 1, 1_000),
    retentionHours: fields.integer('retentionHours', 1, 1, 24 * 365),
    operations: operationsOptions(fields),
    schedule: scheduleOption(fields),
    cluster: existing ? existingOptions(fields) : ownOptions(fields),
  };
  if (fields.problems.length > 0) {
    throw new pubsub_error('config_invalid', 'config', fields.problems.join('; '), {
      hint: 'docs/aws.md lists every context value, its default and what it takes.',
    });
  }
  return options;
}

function operationsOptions(fields: Fields): OperationsOptions | undefined {
  const wanted = fields.choice('operations', 'false', ['true', 'false']) === 'true';
  if (!fields.given('alarmTopicArn')) return wanted ? { alarmTopicArn: undefined } : undefined;
  if (!wanted) fields.problem('alarmTopicArn', 'is for alarms, and there are none: give operations=true with it');
  return { alarmTopicArn: fields.required('alarmTopicArn', topicArn, 'arn:aws:sns:eu-west-1:111122223333:alarms') };
}

const topicArn = /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

function scheduleOption(fields: Fields): RunSchedule | undefined {
  if (!fields.given('schedule')) return undefined;
  let schedule: RunSchedule | undefined;
  fields.text('schedule', '', (text) => {
    const read = readSchedule(text);
    if (typeof read === 'string') return read;
    schedule = read;
    return undefined;
  });
  return schedule;
}

function ownOptions(fields: Fields): OwnClusterOptions {
  const azs = fields.integer('azs', 2, 2, 3);
  const zones = fields.list('availabilityZones');
  if (zones !== undefined && zones.length !== azs) {
    fields.problem('availabilityZones', `names ${zones.length} zones, and azs is ${azs}`);
  }
  if (zones !== undefined && new Set(zones).size !== zones.length) {
    fields.problem('availabilityZones', 'names a zone twice');
  }
  return {
    kind: 'own',
    instanceType: fields.text('instanceType', 'kafka.m7g.large', instanceTypeProblem),
    kafkaVersion: fields.text('kafkaVersion', defaultKafkaVersion(), kafkaVersionProblem),
    storageGiB: fields.integer('storageGiB', 10, 1, 16_384),
    azs,
    availabilityZones: zones,
    vpcCidr: fields.text('vpcCidr', '10.42.0.0/16', cidrProblem),
    removalPolicy: fields.choice('removalPolicy', 'destroy', ['destroy', 'retain']),
  };
}

function cidrProblem(cidr: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, bits] = (match ?? []).slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || bits === undefined) {
    return 'it takes an IPv4 range such as 10.42.0.0/16';
  }
  if ([a, b, c, d].some((part) => part > 255)) return 'a number is above 255';
  if (bits < 16) return 'larger than a VPC may be (/16)';
  if (bits > 25)
    return 'too small: each zone needs 27 addresses for brokers, interfaces and AWS itself; /25 is the smallest';
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  if (address % size === 0) return undefined;
  // CDK takes the next range that begins at such an address: not what was written.
  const first = address - (address % size);
  const aligned = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
  return `an address inside of a range; the range is ${aligned}/${bits}`;
}
