import { join } from 'node:path';
import { Deadline } from '../../../src/base/deadline.js';
import { refuseZip } from '../aws/unpack.js';
import { refusal, Refusals } from '../refusal.js';
import { loadTemplate, readTemplate, takePlace, type StackModel, type TakenPlace } from '../template/index.js';
import { changedVariables } from './additions.js';
import { delayOnMskMs, nodesByDefault, type RehearsalOptions } from './options.js';
import { refuseOtherPlaces } from './other-places.js';
import { stackRights, type StackRights } from './rights.js';
import { StackKafka } from './stack-kafka.js';

/** A template that can be rehearsed. */
export interface ReadyTemplate {
  readonly place: TakenPlace;
  /** The stack that it makes, given what `GetBootstrapBrokers` answers in it. */
  readonly read: (bootstrapBrokers: string) => StackModel;
  readonly rights: StackRights;
}

/** The template's reader and the Kafka. A template that is there is read first; one that is being made, meanwhile. */
export async function prepare(
  options: RehearsalOptions,
  folder: string,
  disposables: AsyncDisposable[],
): Promise<ReadyTemplate & { kafka: StackKafka }> {
  const { template } = options;
  if (typeof template === 'string') {
    const ready = readyTemplate(template, options);
    return { ...ready, kafka: await kafkaFor(options, disposables) };
  }
  const failed = new AbortController();
  const signals = [failed.signal, ...(options.deadline.signal === undefined ? [] : [options.deadline.signal])];
  const deadline = new Deadline(options.deadline.remainingMs(), AbortSignal.any(signals));
  const [made, started] = await Promise.allSettled([
    template(join(folder, 'assembly'), deadline)
      .then((file) => readyTemplate(file, options))
      .catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    kafkaFor({ ...options, deadline }, disposables),
  ]);
  if (made.status === 'rejected') throw made.reason;
  if (started.status === 'rejected') throw started.reason;
  return { ...made.value, kafka: started.value };
}

/** @throws pubsub_error `template_refused`: what cannot be rehearsed is said before anything is run */
function readyTemplate(file: string, options: RehearsalOptions): ReadyTemplate {
  const loaded = loadTemplate(file);
  const place = takePlace(loaded, options);
  const read: ReadyTemplate['read'] = (bootstrapBrokers) =>
    readTemplate(loaded.template, {
      stackName: options.stackName ?? loaded.name,
      region: place.region,
      account: place.account,
      assembly: loaded.assembly,
      bootstrapBrokers,
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    });
  const model = read('127.0.0.1:9098');
  refuseFunctions(model);
  options.accept?.(model);
  const rights = stackRights(model, options);
  refuseOtherPlaces(model, place, rights.clusterArn);
  return { place, read, rights };
}

/** What can be read and not be run. */
function refuseFunctions({ functions }: StackModel): void {
  const refusals = new Refusals();
  for (const one of functions) {
    const { logicalId, runtime } = one;
    refusals.try(() => {
      if (runtime.startsWith('nodejs')) return;
      const path = `Resources.${logicalId}.Properties.Runtime`;
      throw refusal(path, `${runtime} is not Node, and a rehearsal runs functions with no other runtime`);
    });
    refusals.try(() => refuseZip(one));
    refusals.try(() => changedVariables(one, []));
  }
  refusals.throwIfAny();
  if (functions.length > 0) return;
  throw refusal(
    'Resources',
    'no function of the template may do anything with a cluster’s data',
    'A rehearsal runs functions whose roles have kafka-cluster: rights.',
  );
}

async function kafkaFor(options: RehearsalOptions, disposables: AsyncDisposable[]): Promise<StackKafka> {
  if (options.kafka !== undefined) return options.kafka;
  const { deadline, onProgress, onRefusal, version, sessionSeconds } = options;
  onProgress('a Kafka that takes the logins of MSK IAM');
  const kafka = await StackKafka.start({
    nodes: options.nodes ?? nodesByDefault,
    groupInitialRebalanceDelayMs: options.groupInitialRebalanceDelayMs ?? delayOnMskMs,
    deadline,
    onProgress,
    ...(version === undefined ? {} : { version }),
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
    ...(onRefusal === undefined ? {} : { onRefusal }),
  });
  disposables.push(kafka);
  return kafka;
}
