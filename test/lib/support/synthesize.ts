import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readContext } from '../../../lib/context.js';
import { REPOSITORY_ROOT } from '../../../lib/function-bundle.js';
import { SanityStack } from '../../../lib/sanity-stack.js';

export interface CfnResource {
  Type: string;
  Properties: Record<string, unknown>;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

export interface CfnTemplate {
  Resources: Record<string, CfnResource>;
  Outputs: Record<string, { Value: unknown }>;
}

const { context: flags } = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** A cluster of another team. */
export const existingCluster = {
  clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1',
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: 'subnet-0a1b2c3d,subnet-0a1b2c3e',
  bootstrapBrokers: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
  brokerSecurityGroupId: 'sg-0123456789abcdef0',
} as const;

const watched = {
  operations: 'true',
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
  schedule: 'rate(15 minutes)',
} as const;

/** Both variants, and what is near them. */
export const variants: Readonly<Record<string, Record<string, string>>> = {
  'own cluster': {},
  'own cluster, three zones': { azs: '3' },
  'existing cluster': existingCluster,
  'existing topics': {
    ...existingCluster,
    bootstrapBrokers: 'boot-abc.c2.kafka-serverless.eu-west-1.amazonaws.com:9098',
    createTopics: 'false',
    workerTopic: 'mine.worker',
    replyToTopic: 'mine.reply_to',
  },
  'own cluster, watched': watched,
  'existing cluster, watched': { ...existingCluster, ...watched },
};

/** The stack as the CLI would make it, but for the functions' code, which is tested by itself. */
export function synthesize(context: Record<string, unknown> = {}): Template {
  // Otherwise the CDK creates a folder of its own, and leaves it there.
  const outdir = mkdtempSync(join(tmpdir(), 'easy-pubsub-cdk-'));
  const app = new App({ outdir, context: { ...flags, ...context, 'aws:cdk:bundling-stacks': [] } });
  try {
    const options = readContext(app.node.getAllContext() as Record<string, unknown>);
    const stack = new SanityStack(app, options.stackName, { options });
    // Throws on a finding that is not acknowledged.
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return Template.fromStack(stack);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The same, validated by the CDK as well. Throws on a finding. */
export function validated(context: Record<string, unknown>): CfnTemplate {
  const before = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] = 'true';
  try {
    return templateOf(context);
  } finally {
    process.env['CDK_VALIDATION'] = before;
  }
}

export function templateOf(context: Record<string, unknown> = {}): CfnTemplate {
  return synthesize(context).toJSON() as CfnTemplate;
}
