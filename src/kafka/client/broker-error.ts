/** An error with which a broker answered a request: `type` is Kafka's name for it. */
export class BrokerError extends Error {
  readonly type: string;

  /** @param message the broker's message, or Kafka's description of the error */
  constructor(type: string, message: string = type) {
    super(message);
    this.name = 'BrokerError';
    this.type = type;
  }
}

/** @throws BrokerError if there is an error */
export function throwIfError(error: string | undefined, message?: string): void {
  if (error !== undefined) throw new BrokerError(error, message);
}
