/** While connecting: few, so that what fails is told soon; whoever owns the session makes a new one, and counts that. */
export const connectRetries = { retries: 2, initialRetryTime: 100, maxRetryTime: 400 };
/** Inside a running session: coordinators that load, leaders that move. */
export const runRetries = { retries: 6, initialRetryTime: 100, maxRetryTime: 1_000 };
