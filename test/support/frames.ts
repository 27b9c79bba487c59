import { create_frame, text_payload, type AirCoreFrame } from '../../src/index.js';

/** A frame for the reply_to topic, with its text as correlation id too. */
export function replyFrame(partition: number, text = 'x'): AirCoreFrame {
  return create_frame({
    sendTo: { correlationId: text, kafkaKey: { kafkaPartitionKey: { case: 'partitionInteger', value: partition } } },
    payloads: [text_payload(text)],
  });
}
