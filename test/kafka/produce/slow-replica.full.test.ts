import { expect, test } from 'vitest';
import { startEmbedded } from '../../../local/kafka/index.js';
import { publisher, topic_type, worker_frame } from '../../../src/index.js';
import { patient } from '../../support/patience.js';
import { refusal } from '../../support/refusal.js';
import { makeWorld } from '../../support/world.js';

test(
  'of a record that a replica does not confirm, the answer of its leader is reported, not silence',
  { timeout: patient(120_000) },
  async () => {
    await using kafka = await startEmbedded({
      nodes: 2,
      // So that the controller does not remove the replica first.
      properties: { 'broker.session.timeout.ms': '60000' },
    });
    const world = await makeWorld({ brokers: kafka.brokers, workerPartitions: 8, replicationFactor: 2 });
    await using pub = publisher.create(world.settings);
    await pub.connect();
    kafka.signalNode(2, 'SIGSTOP');
    try {
      const sends = Array.from({ length: 16 }, (_, path) =>
        refusal(pub.send(topic_type.worker, worker_frame({ path: [path] }), { timeout_ms: 9_500 })),
      );
      const sentences = (await Promise.all(sends)).map(({ raw_message }) => raw_message);
      expect(sentences.filter((sentence) => sentence.includes('a broker answered REQUEST_TIMED_OUT'))).not.toEqual([]);
    } finally {
      kafka.signalNode(2, 'SIGCONT');
    }
  },
);
