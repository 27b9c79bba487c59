/** The instrumentation scope of the spans and of the instruments. */
export const SCOPE = 'easy-pubsub';
