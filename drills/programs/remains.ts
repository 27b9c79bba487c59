import { setTimeout as sleep } from 'node:timers/promises';

/** What keeps a process alive: connections, look-ups, timers. Pipes are the drill's own. */
const ours = /^(TCP|TLS|Timeout|GetAddrInfo|ChildProcess|FSReq)/;
const patienceMs = 1_000;

/** What is still open a second after everything was disposed of; usually nothing, at once. */
export async function leftOpen(): Promise<string[]> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const left = process.getActiveResourcesInfo().filter((name) => ours.test(name));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(50);
  }
}
