import type { ClusterArns } from './cluster-arns.js';
import { KafkaGrants } from './kafka-grants.js';
import type { ServiceSettings } from './service-settings.js';

/** What a service is: it asks, it answers, or both. */
export type ServiceRole = 'requester' | 'worker' | 'both';
export const serviceRoles: readonly ServiceRole[] = ['requester', 'worker', 'both'];

export interface ServiceGrantsOptions {
  readonly role: ServiceRole;
  readonly settings: ServiceSettings;
  /** Whether the service also creates the topics that it uses, without `allow_auto_topic_creation`. */
  readonly createTopics: boolean;
}

/** The rights of a service that uses this library, and no others. Pure. */
export function serviceGrants(arns: ClusterArns, options: ServiceGrantsOptions): KafkaGrants {
  const { role, settings, createTopics } = options;
  const { topics, groups, requester, producer } = settings;
  const grants = new KafkaGrants(arns);
  const created = new Set<string>();
  const topic = (name: string): string => {
    const arn = arns.of('topic', name);
    created.add(arn);
    return arn;
  };
  if (role !== 'worker') {
    grants.write(topic(topics.worker));
    const group = requester.reply_mode === 'own' ? { prefix: groups.reply_to } : { name: groups.reply_to };
    grants.read(topic(topics.reply_to), group);
  }
  if (role !== 'requester') {
    grants.read(topic(topics.worker), { name: groups.worker });
    for (const replies of topics.reply_allowed) grants.write(topic(replies));
    if (topics.dead_letter !== undefined) grants.write(topic(topics.dead_letter));
  }
  if (createTopics || producer.allow_auto_topic_creation) for (const arn of created) grants.create(arn);
  return grants;
}
