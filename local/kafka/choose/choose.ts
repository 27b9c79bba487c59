import { pubsub_error } from '../../../src/base/error.js';
import { chooseEmbedded, missingForEmbedded } from './choose-embedded.js';
import { chooseKept } from './choose-kept.js';
import { chooseFromPort, startCompose } from './choose-compose.js';
import { chosen, enumerate, type ChooseOptions, type ChosenKafka } from './chosen.js';
import { findEngine } from '../compose/compose.js';
import { isMissing } from '../context.js';
import { keptFile } from '../kept/kept.js';
import { withLock } from '../../os/lock.js';
import { checkWanted, kafkaRequest, type KafkaRequest } from './request.js';

/**
 * Finds or starts a Kafka broker, in this order: named by the user; kept by `kafka up`; of the compose file, if it
 * already answers; started by `docker compose up`, if an engine answers; started from Maven's jars on the installed
 * Java.
 *
 * An unknown server on the port is not used: another port is used, and `why` says so.
 *
 * @example
 * await using kafka = await chooseKafka({ onProgress: (what) => console.error(`waiting for ${what}`) });
 * console.log(`Kafka: ${kafka.kind} at ${kafka.brokers.join(',')}, ${kafka.why}`);
 *
 * @throws pubsub_error `kafka_unavailable` if no broker is available (the hint names both ways to get one), or the
 *   requested port is taken; `config_invalid`, `argument_invalid`, `aborted`
 */
export async function chooseKafka(options: ChooseOptions = {}): Promise<ChosenKafka> {
  const named = namedBrokers(options);
  if (named !== undefined) return named;
  const request = kafkaRequest(options);
  if (!request.keep) return choose(request);
  const lock = {
    deadline: request.deadline,
    waitingFor: 'the end of another `kafka up` or `kafka down`',
    onWait: () => request.onProgress('another `kafka up` or `kafka down`'),
  };
  return withLock(`${keptFile(request.env)}.lock`, lock, () => choose(request));
}

function namedBrokers({ brokers, env = process.env }: ChooseOptions): ChosenKafka | undefined {
  if (brokers !== undefined && brokers.length > 0) {
    return chosen({ kind: 'named', brokers, why: 'the command line names it', startedByUs: false });
  }
  const fromEnv = (env['PUBSUB_BROKERS'] ?? '').split(',').flatMap((entry) => (entry.trim() ? [entry.trim()] : []));
  if (fromEnv.length === 0) return undefined;
  return chosen({ kind: 'named', brokers: fromEnv, why: 'PUBSUB_BROKERS names it', startedByUs: false });
}

async function choose(request: KafkaRequest): Promise<ChosenKafka> {
  const { env, deadline, version } = request;
  const reasons = new Set<string>();
  const kept = await chooseKept(request, reasons);
  if (kept !== undefined) return kept;
  const embeddedMissing = await missingForEmbedded(request);
  if (request.endsWithProcess && embeddedMissing === undefined) {
    reasons.add('it ends with this process');
    request.onProgress(`Kafka ${version.text} to start`);
    return chooseEmbedded(request, reasons);
  }
  const running = await chooseFromPort(request, reasons);
  if (running !== undefined) return running;
  const engine = await findEngine(env, deadline.signal);
  if (isMissing(engine)) reasons.add(engine.missing);
  else if (request.nodes === 2) reasons.add('docker-compose.yml has one broker or three, not two');
  else {
    try {
      return await startCompose(request, engine, reasons, { canFallBack: embeddedMissing === undefined });
    } catch (error) {
      checkWanted(request);
      if (!pubsub_error.is(error) || error.details['pinned'] === true) throw error;
      // There is no other way to get a broker, so the whole output of compose helps.
      if (embeddedMissing !== undefined) throw unavailable([...reasons, error.raw_message, embeddedMissing], error);
      reasons.add(error.raw_message);
    }
  }
  if (embeddedMissing !== undefined) throw unavailable([...reasons, embeddedMissing]);
  request.onProgress(`Kafka ${version.text} to start, without Docker`);
  return chooseEmbedded(request, reasons);
}

function unavailable(reasons: readonly string[], cause?: pubsub_error): pubsub_error {
  const hint =
    'Install Docker with its compose plugin, or Java 17 or newer and Maven. Or name your own brokers: PUBSUB_BROKERS=host:9092';
  return new pubsub_error('kafka_unavailable', 'local_kafka', `no Kafka can be started: ${enumerate(reasons)}`, {
    hint: cause?.hint === undefined ? hint : `${hint}\n${cause.hint}`,
    cause,
    details: { reasons },
  });
}
