import { create_frame, text_payload, type AirCoreFrame } from '../../src/index.js';

/** A frame for the reply_to topic, whose text is also its correlation id. */
export function replyFrame(partition: number, text = 'x'): AirCoreFrame {
  return create_frame({
    sendTo: { correlationId: text, kafkaKey: { kafkaPartitionKey: { case: 'partitionInteger', value: partition } } },
    payloads: [text_payload(text)],
  });
}
