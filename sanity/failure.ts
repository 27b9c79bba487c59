/** What is known of a failure: for checks. */
export interface Failure {
  readonly code: string;
  readonly evidence: string;
  readonly hint: string;
  /** The last lines of the function's log. */
  readonly log?: readonly string[];
}

/** Codes that mean: no broker has answered as Kafka does, so that nothing can be said about it. */
const unreachable = new Set([
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'not_kafka',
  'not_aws',
  'tls_failed',
  'broker_unavailable',
  'credentials_missing',
  'config_invalid',
  'event_invalid',
]);

export function isUnreachable({ code }: Pick<Failure, 'code'>): boolean {
  return unreachable.has(code);
}
