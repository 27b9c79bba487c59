import { setTimeout as sleep } from 'node:timers/promises';

/** Resources that keep a process alive: connections, look-ups, timers. Pipes belong to the drill. */
const ours = /^(TCP|TLS|Timeout|GetAddrInfo|ChildProcess|FSReq)/;
const PATIENCE_MS = 1_000;

/** The resources that are still open a second after dispose; usually there are none immediately. */
export async function leftOpen(): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = process.getActiveResourcesInfo().filter((name) => ours.test(name));
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(50);
  }
}
