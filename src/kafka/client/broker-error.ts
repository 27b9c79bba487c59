/** What a broker answered instead of doing what it was asked: `type` is Kafka's own name of the error. */
export class BrokerError extends Error {
  readonly type: string;

  /** @param message what the broker said besides, or what Kafka's documentation says of the error */
  constructor(type: string, message: string = type) {
    super(message);
    this.name = 'BrokerError';
    this.type = type;
  }
}

/** @throws BrokerError when there is an error */
export function throwIfError(error: string | undefined, message?: string): void {
  if (error !== undefined) throw new BrokerError(error, message);
}
