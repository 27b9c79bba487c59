import { hintsOf } from '../policy/index.js';

/** Whether one of the texts contains the address of one of these brokers. */
export function nameBroker(texts: readonly string[], brokers: readonly string[]): boolean {
  return texts.some((text) => brokers.some((broker) => text.includes(broker)));
}

/** Whether the texts name this cluster: by its ARN, or in the addresses of its brokers. */
export function nameCluster(texts: readonly string[], clusterArn: string): boolean {
  return hintsOf(texts).name.includes(clusterArn.split('/')[1] ?? '');
}
