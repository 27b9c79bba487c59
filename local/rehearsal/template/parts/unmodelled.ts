import { possiblyOf } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import { isRecord } from '../resolve/values.js';

/** What would work with a cluster in AWS and is not run here. */
const unmodelled: Readonly<Record<string, string>> = {
  'AWS::KafkaConnect::Connector': 'is a connector of MSK Connect, which is not run',
  'AWS::MSK::Configuration': 'is a configuration of brokers, which is not read: the Kafka here has MSK’s defaults',
  'AWS::MSK::Replicator': 'is a replicator, which copies nothing here',
  'AWS::MSK::VpcConnection': 'is a way in from another VPC, which is not here',
  'AWS::Pipes::Pipe': 'is a pipe, through which nothing goes here',
};

/** Transforms whose work is done here, as far as functions, roles and mappings go. */
const carriedOut = new Set(['AWS::Serverless-2016-10-31', 'AWS::LanguageExtensions']);

/** Says what of the template nothing stands for here. */
export function remarkUnmodelled(resolving: Resolving, transform: unknown): void {
  for (const { type, path } of possiblyOf(resolving, ...Object.keys(unmodelled))) {
    resolving.remarks.notModelled(path, unmodelled[type] ?? '');
  }
  for (const name of transformsOf(transform)) {
    if (carriedOut.has(name)) continue;
    resolving.remarks.notModelled('Transform', `${name} is not carried out: what it changes or adds is not here`);
  }
}

function transformsOf(transform: unknown): string[] {
  const list: unknown[] = Array.isArray(transform) ? (transform as unknown[]) : [transform];
  return list.flatMap((one) => {
    const name = isRecord(one) ? one['Name'] : one;
    return typeof name === 'string' ? [name] : [];
  });
}
