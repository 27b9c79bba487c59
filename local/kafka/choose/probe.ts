import { connect } from 'node:net';
import { Deadline } from '../../../src/base/deadline.js';
import { readClusterId } from '../readiness.js';
import { HOST } from '../embedded/properties.js';

/** The server on a port of this machine. */
export type PortOwner = { kind: 'none' } | { kind: 'kafka'; clusterId: string } | { kind: 'other' };

const CONNECT_TIMEOUT_MS = 1_000;
const ANSWER_TIMEOUT_MS = 3_000;

/** Finds out what listens on a port of the loopback interface, and the cluster id if it is Kafka. */
export async function probePort(port: number, signal?: AbortSignal): Promise<PortOwner> {
  if (!(await accepts(port))) return { kind: 'none' };
  const deadline = new Deadline(ANSWER_TIMEOUT_MS, signal);
  try {
    const { clusterId } = await readClusterId([`${HOST}:${port}`], deadline);
    return { kind: 'kafka', clusterId };
  } catch {
    if (signal?.aborted) deadline.check({ stage: 'local_kafka', what: `an answer on port ${port}` });
    return { kind: 'other' };
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
