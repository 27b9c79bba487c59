/** What `inject()` gives to tests in `*.kafka.test.ts` and `*.full.test.ts`. */
declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of the run's Kafka. Others use it at the same time: take names of your own for topics and groups. */
    brokers: string[];
    /** As 3.9.1. */
    kafkaVersion: string;
  }
}

export {};
