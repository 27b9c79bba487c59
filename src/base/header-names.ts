/** The headers of records that this project reads or writes, besides those of its users. */
export const headerNames = {
  /** The context of a trace: https://www.w3.org/TR/trace-context/. Copied from a request to its replies. */
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  /** The sanity run that a record belongs to, readable without decoding. Copied from a request to its replies. */
  runId: 'run-id',
  /** Of a record in a dead-letter topic: where it was, and why it is there. */
  deadLetter: {
    topic: 'dead-letter-topic',
    partition: 'dead-letter-partition',
    offset: 'dead-letter-offset',
    reason: 'dead-letter-reason',
    kind: 'dead-letter-kind',
    attempts: 'dead-letter-attempts',
    errorId: 'dead-letter-error-id',
  },
} as const;
