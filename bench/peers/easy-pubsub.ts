import { easyPubsubOn } from './easy-pubsub-on.js';

export const { startRequester, startWorker, startSender, startReceiver } = easyPubsubOn('kafkajs');
