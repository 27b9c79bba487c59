/** Kafka's own topics. */
const internal = ['__consumer_offsets', '__transaction_state', '__cluster_metadata'];

/** The rule of `isTopicName`. */
export const TOPIC_NAMES = 'a topic’s name has 1 to 249 letters, digits, ".", "_" and "-", and is not "." or ".."';

export function isInternalTopic(name: string): boolean {
  return internal.includes(name);
}

/** Whether Kafka refuses one of two topics beside the other: in names of metrics, "." and "_" are the same. */
export function collide(one: string, other: string): boolean {
  return one !== other && one.replaceAll('.', '_') === other.replaceAll('.', '_');
}
