import { z } from 'zod';
import { refusal } from '../../refusal.js';
import { topicArn, topicName } from '../resolve/kinds.js';
import type { TopicModel } from '../model.js';
import type { Resolving } from '../resolve/resolving.js';
import { resourcesOf } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/** The template's topics. CloudFormation has no defaults for them: all four properties are required. */
export function readTopics(resolving: Resolving): TopicModel[] {
  return resourcesOf(resolving, 'AWS::MSK::Topic').map((topic) => {
    const { logicalId, properties } = topic;
    const clusterArn = properties.get('ClusterArn');
    if (!/^arn:[^:]+:kafka:[^:]*:[^:]*:cluster\/[^/]+\/[^/]+$/.test(clusterArn.text())) {
      throw refusal(clusterArn.path, `${JSON.stringify(clusterArn.text())} is no ARN of a cluster`);
    }
    return {
      logicalId,
      name: topicName(topic),
      arn: topicArn(topic),
      clusterArn: clusterArn.text(),
      partitions: atLeastOne(properties.get('PartitionCount')),
      replicationFactor: atLeastOne(properties.get('ReplicationFactor')),
      configs: configsOf(properties.get('Configs')),
    };
  });
}

function atLeastOne(section: Section): number {
  const number = section.number();
  if (Number.isInteger(number) && number >= 1) return number;
  throw refusal(section.path, `${number} is no whole number from 1`);
}

/** Base64 of a JSON object whose values are texts. */
function configsOf(section: Section): Record<string, string> {
  if (!section.present) return {};
  const text = Buffer.from(section.text(), 'base64').toString();
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw refusal(section.path, 'should be the Base64 form of a JSON object whose values are texts');
  }
}
