/**
 * The six steps of "How to Use the Classes", as the document that this library started from has them.
 *
 *   PUBSUB_BROKERS=localhost:9092 npx tsx examples/original-document.ts
 *
 * The topics `worker` and `reply_to` have to exist: npx easy-pubsub topics create
 */
import {
  config,
  create_frame,
  partition_tracking,
  payload_text,
  publisher,
  reply_to_subscriber,
  text_payload,
  topic_type,
  worker_frame,
  worker_subscriber,
} from '../src/index.js'; // outside this checkout: 'easy-pubsub'

// 1. Create a `config` instance containing the required Kafka configuration information and topic names.
const configInstance = config.from_env();

// 2. Create a `publisher` instance.
const pub = publisher.create(configInstance);

// 3. Create a `worker_subscriber` instance.
const workerSub = worker_subscriber.create(configInstance);
await workerSub.connect();

// 4. Create a `reply_to_subscriber` instance.
const replyToSub = reply_to_subscriber.create(configInstance);
await replyToSub.connect();

// 5. Use the `publisher.send()` method to send messages to the `worker` and `reply_to` topics.
await pub.send(topic_type.worker, worker_frame({ path: [1, 2], command: 'greet', payloads: [text_payload('hello')] }));

const tracking = partition_tracking.create(replyToSub);
const PARTITION = await tracking.get_next_partition();
await pub.send(
  topic_type.reply_to,
  create_frame({
    sendTo: { kafkaKey: { kafkaPartitionKey: { case: 'partitionInteger', value: PARTITION } } },
    payloads: [text_payload('hello yourself')],
  }),
);

// 6. Listen for new messages by consuming them from the `frames` queues. `deliveries` has the same frames, to be
// acknowledged one by one; without `acknowledge`, the next run would get this request again.
const { frame: request, acknowledge } = await workerSub.deliveries.get(AbortSignal.timeout(10_000));
acknowledge();
const reply = await replyToSub.frames.get(AbortSignal.timeout(10_000));
console.log(`worker got "${payload_text(request)}", reply_to got "${payload_text(reply)}"`);
console.log(`connected: ${pub.is_connected()}, ${workerSub.is_connected()}, ${replyToSub.is_connected()}`);

await Promise.all([pub[Symbol.asyncDispose](), workerSub[Symbol.asyncDispose](), replyToSub[Symbol.asyncDispose]()]);
