import type { Deadline } from '../../src/base/deadline.js';
import { neededRights } from '../../src/grants/needed-rights.js';
import type { config } from '../../src/index.js';
import { probeRights, type KafkaRight, type RightFinding, type WantedRight } from '../../src/kafka/admin/rights.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import type { FunctionDescriptor } from '../functions.js';
import type { RightsEvent } from '../event/rights-event.js';
import { settingsOfRun } from './run-records.js';

export interface RightsResult {
  readonly action: 'rights';
  readonly run_id: string;
  readonly findings: readonly RightFinding[];
}

export function asksForRights(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'action' in event && event.action === 'rights';
}

/** Each right that the function needs, as the brokers evaluate it now. Nothing is written or read. */
export async function rights(
  settings: config,
  event: RightsEvent,
  { reads, writes }: Pick<FunctionDescriptor, 'reads' | 'writes'>,
  deadline: Deadline,
): Promise<RightsResult> {
  const { topics, groups } = settingsOfRun(settings, event.run_id);
  const on = (name: string, rights: readonly KafkaRight[]): WantedRight[] =>
    rights.map((right) => ({ right, on: name }));
  const group = groups[reads];
  const wanted = [
    ...on('', neededRights.logIn),
    ...on(topics[reads], neededRights.read),
    ...(writes === undefined ? [] : on(topics[writes], neededRights.write)),
    ...on(group, neededRights.join),
    ...(event.keep ? [] : on(group, neededRights.deleteGroup)),
  ];
  return {
    action: 'rights',
    run_id: event.run_id,
    findings: await probeRights(kafkaConnection(settings), wanted, deadline),
  };
}
