import { join } from 'node:path';
import { Deadline } from '../../src/base/deadline.js';
import type { Parts } from '../../local/os/parts.js';
import { NODES_BY_DEFAULT } from '../plan/given-options.js';
import { DELAY_ON_MSK_MS, type RehearsalOptions } from './options.js';
import { planRehearsal, type Plan } from '../plan/plan.js';
import { StackKafka } from './stack-kafka.js';

/** The options of a rehearsal; the template, if it existed already, as a plan. */
type PlannedOptions = Omit<RehearsalOptions, 'template'> & {
  readonly template: Exclude<RehearsalOptions['template'], string>;
};

/** A plan, and the Kafka for it. A template that must be created first is planned while the Kafka starts. */
export async function prepare(
  options: PlannedOptions,
  folder: string,
  parts: Parts,
): Promise<{ plan: Plan; kafka: StackKafka }> {
  const { template } = options;
  if (typeof template !== 'function') return { plan: template, kafka: await kafkaFor(options, parts) };
  const failed = new AbortController();
  const signals = [failed.signal, ...(options.deadline.signal === undefined ? [] : [options.deadline.signal])];
  const deadline = new Deadline(options.deadline.remainingMs(), AbortSignal.any(signals));
  const [made, started] = await Promise.allSettled([
    template(join(folder, 'assembly'), deadline)
      .then((file) => planRehearsal(file, options, options.accept))
      .catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    kafkaFor({ ...options, deadline }, parts),
  ]);
  if (made.status === 'rejected') throw made.reason;
  if (started.status === 'rejected') throw started.reason;
  return { plan: made.value, kafka: started.value };
}

async function kafkaFor(options: Omit<RehearsalOptions, 'template'>, parts: Parts): Promise<StackKafka> {
  if (options.kafka !== undefined) return options.kafka;
  options.onProgress('Kafka brokers with IAM logins, as on MSK');
  const kafka = await StackKafka.start({
    ...options,
    nodes: options.nodes ?? NODES_BY_DEFAULT,
    groupInitialRebalanceDelayMs: options.groupInitialRebalanceDelayMs ?? DELAY_ON_MSK_MS,
  });
  return parts.add(kafka);
}
