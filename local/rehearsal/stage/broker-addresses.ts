import type { FunctionModel } from '../template/index.js';

/** A list of brokers as clients take it: "b-1.name.abc.c1.kafka.eu-west-1.amazonaws.com:9098,b-2…". */
const brokerList = /^[a-zA-Z0-9.-]+\.amazonaws\.com(\.cn)?:\d+(,[a-zA-Z0-9.-]+\.amazonaws\.com(\.cn)?:\d+)*$/;

/**
 * The variables that name brokers of a cluster that is there already, with the rehearsal's in their place: AWS's names
 * resolve inside their VPC only, and nobody is to reach them from here. A cluster that the stack makes needs none of
 * this: its brokers' addresses are what the rehearsal's `GetBootstrapBrokers` answers.
 */
export function broughtHome({ environment }: FunctionModel, brokers: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      brokerList.test(value) ? [[name, brokers.join(',')] as const] : [],
    ),
  );
}
