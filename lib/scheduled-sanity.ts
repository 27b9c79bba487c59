import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { functionNames, type FunctionName } from '../lambda/functions.js';
import { LATEST_START_MS, scheduledVariables } from '../lambda/names/scheduled-sanity.js';
import { METRICS_VARIABLE } from '../lambda/names/metrics.js';
import { BundledFunction } from './bundled-function.js';
import { REPOSITORY_ROOT } from './function-bundle.js';
import { sanityFunction } from './naming.js';
import type { PubsubFunction } from './pubsub-function.js';
import type { RunSchedule } from './schedule.js';

export interface ScheduledSanityProps {
  readonly schedule: RunSchedule;
  readonly functions: Readonly<Record<FunctionName, PubsubFunction>>;
  /** True if the stack created its topics, so that invalid records may be written there. */
  readonly ownTopics: boolean;
}

const run = Duration.minutes(3);
/** A start may be two minutes late: one for the scheduler (its precision), and one for Lambda's queue. */
const queued = Duration.millis(LATEST_START_MS / 2);

/**
 * Scheduled sanity runs: a function outside the VPC that may invoke the other three and nothing else, and runs the
 * same code as `sanity --stack`.
 *
 * Runs do not overlap, without reserved concurrency, which small accounts cannot deploy: the interval is longer than a
 * run and its delay, nothing is retried, and the function refuses an event that is too late or that reaches the same
 * process twice. A duplicate may still reach another process, and the function may be invoked manually at any time. Two
 * runs then overlap without affecting each other, because each recognizes its own frames.
 */
export class ScheduledSanity extends BundledFunction {
  constructor(scope: Construct, id: string, { schedule, functions, ownTopics }: ScheduledSanityProps) {
    const { stackName } = Stack.of(scope);
    const named = Object.fromEntries(
      functionNames.map((name) => [scheduledVariables[name], functions[name].function.functionName]),
    );
    super(scope, id, {
      source: sanityFunction.source,
      // It invokes the functions, and connects to no broker.
      client: 'kafkajs',
      description: 'Sanity environment: invokes the other three functions and reports whether they work',
      timeout: run,
      variables: {
        ...named,
        [scheduledVariables.timeout_ms]: String(
          Math.min(...functionNames.map((name) => functions[name].timeout.toMilliseconds())),
        ),
        [scheduledVariables.own_topics]: String(ownTopics),
        [scheduledVariables.version]: packageVersion(),
        [METRICS_VARIABLE]: stackName,
        NODE_OPTIONS: '--enable-source-maps',
      },
      statements: [
        new iam.PolicyStatement({
          sid: 'Functions',
          actions: ['lambda:InvokeFunction'],
          resources: functionNames.map((name) => functions[name].function.functionArn),
        }),
      ],
    });
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: queued });
    this.invokeBy(schedule);
  }

  private invokeBy({ expression }: RunSchedule): void {
    const { functionArn } = this.function;
    const role = new iam.Role(this, 'ScheduleRole', {
      // Not for the schedule of another account.
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        Invoke: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] })],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      description: 'Sanity environment: one run',
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        // The scheduler sets these values; they show whether an event is late or a duplicate.
        input: JSON.stringify({
          scheduled_time: '<aws.scheduler.scheduled-time>',
          execution_id: '<aws.scheduler.execution-id>',
        }),
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: queued.toSeconds() },
      },
    });
  }
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}
