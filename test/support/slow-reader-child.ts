import { config, payload_text, worker_subscriber, type config_input } from '../../src/index.js';
import { childInput, say } from './children.js';

/** Reads frames slowly at first, then to the end, and reports the memory that it used. */
const {
  settings,
  count: COUNT,
  pauses: PAUSES,
} = childInput<{ settings: config_input; count: number; pauses: number }>();
const sub = worker_subscriber.create(config.create(settings));
globalThis.gc?.();
const BASELINE = process.memoryUsage.rss();
let peak = BASELINE;
const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
await sub.connect();
let taken = 0;
let disordered = 0;
const last = new Map<string, number>();
for await (const frame of sub.frames) {
  const [path, n] = (payload_text(frame) ?? '').split(':', 2) as [string, string];
  if (Number(n) <= (last.get(path) ?? -1)) disordered += 1;
  last.set(path, Number(n));
  taken += 1;
  // The reader is slow at the beginning: the other frames must wait in the topic, not in memory.
  if (taken <= PAUSES) await new Promise((resolve) => setTimeout(resolve, 10));
  if (taken === COUNT) break;
}
clearInterval(watch);
say({ taken, disordered, baseline: BASELINE, peak, grown: peak - BASELINE });
await sub.dispose();
