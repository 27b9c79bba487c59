/** In the error of a publisher function whose warm-up frames no worker answered. `invoke` recognizes the error by it. */
export const NO_WORKER_ANSWERED = 'no worker answered within';
