import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { chosen, type ChosenKafka } from './chosen.js';
import { endKept, livingPids, readKept, type KeptKafka } from '../kept/kept.js';
import { readClusterId, waitUntilReady } from '../readiness.js';
import { checkWanted, mismatch, type KafkaRequest } from './request.js';

const ANSWER_TIMEOUT_MS = 3_000;
const READY_TIMEOUT_MS = 20_000;

/** The broker that `kafka up` keeps, if it runs and matches the request; otherwise the reason is added. */
export async function chooseKept(request: KafkaRequest, reasons: Set<string>): Promise<ChosenKafka | undefined> {
  const kept = await readKept(request.env);
  if (kept === undefined) return undefined;
  const where = `the Kafka that \`kafka up\` keeps at ${kept.brokers.join(', ')}`;
  const wrong = mismatch(request, kept);
  if (wrong !== undefined && request.keep) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `${where} ${wrong}`, {
      hint: 'Only one Kafka can be kept. Stop it first: easy-pubsub kafka down',
    });
  }
  if (wrong !== undefined) {
    reasons.add(`${where} ${wrong}`);
    return undefined;
  }
  if (!(await answersAs(kept))) {
    checkWanted(request);
    reasons.add(`${where} no longer answers`);
    // The broker that is started will be the kept one. Otherwise nothing is changed, because it is not under this lock.
    if (request.keep) await endKept(request.env, kept);
    return undefined;
  }
  request.onProgress('the kept Kafka to be ready');
  const deadline = new Deadline(Math.min(READY_TIMEOUT_MS, request.deadline.remainingMs()), request.deadline.signal);
  await waitUntilReady(kept.brokers, deadline, { nodes: kept.brokers.length });
  return chosen({
    kind: 'kept',
    brokers: kept.brokers,
    why: '`kafka up` keeps it running',
    version: kept.version,
    clusterId: kept.clusterId,
    startedByUs: false,
  });
}

/** True if the record is still right: its processes run, and a broker with its cluster id answers at the address. */
export async function answersAs(kept: KeptKafka): Promise<boolean> {
  if (kept.kind === 'embedded' && (await livingPids(kept)).length < kept.nodes.length) return false;
  try {
    return (await readClusterId(kept.brokers, new Deadline(ANSWER_TIMEOUT_MS))).clusterId === kept.clusterId;
  } catch {
    return false;
  }
}
