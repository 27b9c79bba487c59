import { publisher, text_payload, topic_type, worker_frame } from '../../src/index.js';
import type { World } from './world.js';

/** Sends frames of 1 kB to the worker topic, on ten paths: "path:number:padding". */
export async function fillWorkerTopic({ settings }: Pick<World, 'settings'>, count: number): Promise<void> {
  await using pub = publisher.create(settings);
  const padding = 'x'.repeat(1_000);
  let next = 0;
  await Promise.all(
    Array.from({ length: 10 }, async (_, path) => {
      for (let n = 0; next < count; n += 1) {
        next += 1;
        const payloads = [text_payload(`${path}:${n}:${padding}`)];
        // Not awaited one by one: the order of the calls is the order on the topic.
        const sent = pub.send(topic_type.worker, worker_frame({ path: [path], command: 'x', payloads }), {
          timeout_ms: 60_000,
        });
        if (n % 100 === 99) await sent;
        else sent.catch(() => undefined);
      }
    }),
  );
}
