/** What `inject()` gives to tests in `*.kafka.test.ts` and `*.full.test.ts`. */
declare module 'vitest' {
  interface ProvidedContext {
    /**
     * `host:port` of the run's Kafka. Other tests use it at the same time: use unique names for topics and groups.
     */
    brokers: string[];
    /** For example 3.9.1. */
    kafkaVersion: string;
  }
}

export {};
