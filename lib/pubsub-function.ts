import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { KafkaGrants } from '../src/grants/kafka-grants.js';
import { BundledFunction, type BundledFunctionProps, type FunctionNetwork } from './bundled-function.js';
import { acknowledgeRunGroups } from './nag-acknowledgements.js';

export interface PubsubFunctionProps extends Omit<BundledFunctionProps, 'statements' | 'timeout' | 'network'> {
  readonly network: FunctionNetwork;
  /** Its rights on the cluster. */
  readonly grants: KafkaGrants;
}

const timeout = Duration.minutes(2);

/**
 * One function that uses Kafka. It has no reserved concurrency, which small accounts cannot deploy. A second instance
 * at the same time does no harm, because each run has its own id.
 */
export class PubsubFunction extends BundledFunction {
  readonly timeout = timeout;

  constructor(scope: Construct, id: string, props: PubsubFunctionProps) {
    const statements = props.grants.statements().map((statement) => PolicyStatement.fromJson(statement));
    super(scope, id, { ...props, timeout, statements });
    for (const arn of props.grants.groupArns()) acknowledgeRunGroups(this.role, arn);
  }
}
