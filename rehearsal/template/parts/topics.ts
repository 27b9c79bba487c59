import { z } from 'zod';
import { mistake, problem, type Problems } from '../../problem.js';
import { isTopicName } from '../../../src/pubsub/config/settings.js';
import { TOPIC_NAMES } from '../../topic-name.js';
import type { TopicModel } from '../model.js';
import { isClusterArn } from './clusters.js';
import { topicArn, topicCluster, topicName } from '../resolve/kinds.js';
import { declaredOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/** Partitions of a topic whose number of partitions is unknown: enough for several leaders and members. */
const PARTITIONS = 3;
const COPIES = 2;

/** The template's topics. CloudFormation has no defaults for them: all four properties are required. */
export function readTopics(resolving: Resolving, problems: Problems): TopicModel[] {
  return declaredOf(resolving, 'AWS::MSK::Topic').flatMap((topic) => {
    if (problems.try(() => topic.isMade()) !== true) return [];
    const cluster = problems.try(() => clusterOf(topic));
    const name = problems.try(() => nameOf(topic));
    const { logicalId, properties } = topic;
    const partitions = problems.try(() => atLeastOne(properties.get('PartitionCount'), PARTITIONS));
    const replicationFactor = problems.try(() => atLeastOne(properties.get('ReplicationFactor'), COPIES));
    const configs = problems.try(() => configsOf(properties.get('Configs')));
    if (cluster === undefined || name === undefined) return [];
    if (partitions === undefined || replicationFactor === undefined || configs === undefined) return [];
    return { logicalId, name, arn: topicArn(topic), clusterArn: cluster, partitions, replicationFactor, configs };
  });
}

function clusterOf(topic: Resource): string {
  const { text } = topicCluster(topic);
  if (isClusterArn(text)) return text;
  throw problem(topic.properties.get('ClusterArn').path, `${JSON.stringify(text)} is not the ARN of a cluster`);
}

function nameOf(topic: Resource): string {
  const name = topicName(topic);
  if (isTopicName(name)) return name;
  throw mistake(topic.properties.get('TopicName').path, `${JSON.stringify(name)}: ${TOPIC_NAMES}`);
}

function atLeastOne(section: Section, unknown: number): number {
  const number = section.present ? section.numberOr(unknown) : section.number();
  if (Number.isInteger(number) && number >= 1) return number;
  throw problem(section.path, `${number} is not a whole number of 1 or more`);
}

/** Base64 of a JSON object whose values are strings. */
function configsOf(section: Section): Record<string, string> {
  if (!section.present) return {};
  const encoded = section.textOr('');
  if (encoded === '') return {};
  const text = Buffer.from(encoded, 'base64').toString();
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw problem(section.path, 'must be the Base64 form of a JSON object whose values are strings');
  }
}
