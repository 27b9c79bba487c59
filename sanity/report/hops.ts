/** The hops of a request, in the order of the report. Apart from the schema, which the scheduled function does not need. */
export const hops = [
  'send_to_ack',
  'send_to_worker',
  'worker_to_reply_sent',
  'reply_sent_to_received',
  'total',
] as const;
