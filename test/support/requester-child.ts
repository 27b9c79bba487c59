import { config, reply_to_subscriber, type config_input } from '../../src/index.js';
import { childInput, say } from './children.js';

/** A member of the requesters' group that only owns partitions. */
const { settings } = childInput<{ settings: config_input }>();
const sub = reply_to_subscriber.create(config.create(settings));
await sub.connect();
say({ partitions: sub.status.partitions });
setInterval(() => undefined, 1_000);
