/**
 * Frames of a class of your own: here one that another protobuf runtime made. The codec says how such a frame becomes
 * bytes, and where it goes; with its `request_reply` part, requester and worker carry it too.
 *
 *   PUBSUB_BROKERS=localhost:9092 npx tsx examples/own-frame-class.ts
 */
import protobuf from 'protobufjs';
import { config, requester, topic_type, worker, type frame_codec } from '../src/index.js'; // outside: 'easy-pubsub'

const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Order {
    string id = 1;
    string account = 2;
    double amount = 3;
    string answer_to = 4;
    int32 answer_partition = 5;
    double deadline_ms = 6;
    uint32 number = 7;
    bool last = 8;
    string problem = 9;
  }`,
  { keepCase: true },
);
const orderType = root.lookupType('Order');

interface Order {
  id: string;
  account: string;
  amount: number;
  answer_to: string;
  answer_partition: number;
  deadline_ms: number;
  number: number;
  last: boolean;
  problem: string;
}

const order = (fields: Partial<Order>): Order => ({
  id: '',
  account: '',
  amount: 0,
  answer_to: '',
  answer_partition: 0,
  deadline_ms: 0,
  number: 0,
  last: false,
  problem: '',
  ...fields,
});

const orderCodec: frame_codec<Order> = {
  encode: (frame) => orderType.encode(orderType.fromObject(frame)).finish(),
  decode: (bytes) => orderType.toObject(orderType.decode(bytes), { defaults: true }) as Order,
  correlation_id: (frame) => frame.id,
  // Orders of one account keep their order; answers go to the partition that was asked for.
  destination: (kind, frame) =>
    kind === topic_type.worker ? { key: Buffer.from(frame.account) } : { partition: frame.answer_partition },
  request_reply: {
    address_request: (frame, { correlation_id, reply_topic, reply_partition, deadline_ms }) => ({
      ...frame,
      id: correlation_id,
      answer_to: reply_topic,
      answer_partition: reply_partition,
      deadline_ms,
    }),
    request_info: (frame) => ({
      correlation_id: frame.id,
      deadline_ms: frame.deadline_ms || undefined,
      reply_to: frame.answer_to === '' ? undefined : { topic: frame.answer_to, partition: frame.answer_partition },
    }),
    address_reply: (reply, request, { number, last }) => ({
      ...reply,
      id: request.id,
      answer_partition: request.answer_partition,
      number,
      last,
    }),
    empty_reply: () => order({}),
    error_reply: (_, { code }) => order({ problem: code }),
    reply_info: (frame) => ({
      correlation_id: frame.id,
      number: frame.number,
      last: frame.last,
      error: frame.problem === '' ? undefined : { code: frame.problem, message: frame.problem },
    }),
  },
};

// The same settings as ever; only the frames are others.
const settings = config.from_env(process.env, { frame_codec: orderCodec });

await using till = worker.create(settings, (frame) => order({ account: frame.account, amount: frame.amount * 2 }));
await using caller = requester.create(settings);
await Promise.all([till.connect(), caller.connect()]);

const answer = await caller.request(order({ account: 'ann', amount: 21 }));
console.log(`${answer.account}: ${answer.amount}`);
