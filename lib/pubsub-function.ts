import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BundledFunction, type BundledFunctionProps, type FunctionNetwork } from './bundled-function.js';
import type { KafkaGrants } from './kafka-grants.js';
import { acknowledgeRunGroups } from './nag-acknowledgements.js';

export interface PubsubFunctionProps extends Omit<BundledFunctionProps, 'statements' | 'timeout' | 'network'> {
  readonly network: FunctionNetwork;
  /** What it may do on the cluster. */
  readonly grants: KafkaGrants;
  /** @default two minutes */
  readonly timeout?: Duration;
}

/**
 * One function that works with Kafka. No reserved concurrency, which small accounts cannot deploy; a second copy at the
 * same time does no harm, because runs are told apart by their id.
 */
export class PubsubFunction extends BundledFunction {
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: PubsubFunctionProps) {
    const timeout = props.timeout ?? Duration.minutes(2);
    super(scope, id, { ...props, timeout, statements: props.grants.statements() });
    this.timeout = timeout;
    for (const arn of props.grants.groupArns()) acknowledgeRunGroups(this.role, arn);
  }
}
