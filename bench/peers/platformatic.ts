import { platformaticClient } from './platformatic-client.mjs';
import { tunedPeer } from './tuned-sides.js';

/** @platformatic/kafka with the same lanes, frames and commits as `tuned`. It needs Node 22.22 or 24.6. */
export const { startRequester, startWorker, startSender, startReceiver } = tunedPeer(platformaticClient);
