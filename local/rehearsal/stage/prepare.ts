import { join } from 'node:path';
import { Deadline } from '../../../src/base/deadline.js';
import { refuseZip } from '../aws/unpack.js';
import { refusal, Refusals } from '../refusal.js';
import { loadTemplate, readTemplate, type StackModel } from '../template/index.js';
import { changedVariables } from './additions.js';
import { defaultPlace, delayOnMskMs, nodesByDefault, type RehearsalOptions } from './options.js';
import { StackKafka } from './stack-kafka.js';

/** The stack that a template makes, given what `GetBootstrapBrokers` answers in it. */
export type ReadModel = (bootstrapBrokers: string) => StackModel;

/** The template's reader and the Kafka. A template that is there is read first; one that is being made, meanwhile. */
export async function prepare(
  options: RehearsalOptions,
  folder: string,
  disposables: AsyncDisposable[],
): Promise<{ kafka: StackKafka; read: ReadModel }> {
  const { template } = options;
  if (typeof template === 'string') {
    const read = readerOf(template, options);
    return { read, kafka: await kafkaFor(options, disposables) };
  }
  const failed = new AbortController();
  const signals = [failed.signal, ...(options.deadline.signal === undefined ? [] : [options.deadline.signal])];
  const deadline = new Deadline(options.deadline.remainingMs(), AbortSignal.any(signals));
  const [made, started] = await Promise.allSettled([
    template(join(folder, 'assembly'), deadline)
      .then((file) => readerOf(file, options))
      .catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    kafkaFor({ ...options, deadline }, disposables),
  ]);
  if (made.status === 'rejected') throw made.reason;
  if (started.status === 'rejected') throw started.reason;
  return { read: made.value, kafka: started.value };
}

/** @throws pubsub_error `template_refused`: what cannot be rehearsed is said before anything is run */
function readerOf(file: string, options: RehearsalOptions): ReadModel {
  const loaded = loadTemplate(file);
  const read: ReadModel = (bootstrapBrokers) =>
    readTemplate(loaded.template, {
      stackName: options.stackName ?? loaded.name,
      region: options.region ?? defaultPlace.region,
      account: options.account ?? defaultPlace.account,
      assembly: loaded.assembly,
      bootstrapBrokers,
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    });
  const model = read('127.0.0.1:9098');
  refuseFunctions(model);
  options.accept?.(model);
  return read;
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
    region: options.region ?? defaultPlace.region,
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
