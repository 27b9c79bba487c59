import { config, publisher, pubsub_error, text_payload, worker_frame } from '../../src/index.js';

/** A function that sends one frame, and answers with the code of the error. */
export async function handler(): Promise<string> {
  const sender = publisher.create(config.from_env());
  try {
    await sender.connect({ topics: ['worker'] });
    await sender.send('worker', worker_frame({ path: [1], command: 'echo', payloads: [text_payload('hello')] }));
    return 'sent';
  } catch (error) {
    return pubsub_error.from(error, 'send').code;
  } finally {
    await sender.dispose();
  }
}
