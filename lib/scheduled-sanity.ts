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
  /** The stack made its topics, so that bad records may be planted there. */
  readonly ownTopics: boolean;
}

const run = Duration.minutes(3);
/** Of the two minutes that a start may be late, the scheduler has one (its precision), and Lambda's queue the other. */
const queued = Duration.millis(LATEST_START_MS / 2);

/**
 * Scheduled sanity runs: a function outside the VPC that may invoke the other three and nothing else, and runs the
 * same code as `sanity --stack`.
 *
 * One run at a time, without reserved concurrency, which small accounts cannot deploy: schedules are further apart than
 * a run and its delay can be together, nothing is retried, and the function refuses an event that comes too late, or
 * twice to the same process. A duplicate delivery can still reach another process, and a person can invoke the function
 * at any time: two runs then go side by side without affecting each other, because each knows its own frames.
 */
export class ScheduledSanity extends BundledFunction {
  constructor(scope: Construct, id: string, { schedule, functions, ownTopics }: ScheduledSanityProps) {
    const { stackName } = Stack.of(scope);
    const named = Object.fromEntries(
      functionNames.map((name) => [scheduledVariables[name], functions[name].function.functionName]),
    );
    super(scope, id, {
      source: sanityFunction.source,
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
      // Not on behalf of another account's schedule.
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
        // Filled in by the scheduler: whether an event comes late, or twice, is seen by these.
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
