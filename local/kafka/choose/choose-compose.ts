import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { chosen, enumerate, type ChosenKafka } from './chosen.js';
import {
  composeBrokers,
  COMPOSE_CLUSTER_ID,
  composeDown,
  composeProject,
  composeUp,
  type ComposeEngine,
  type ComposeProject,
} from '../compose/compose.js';
import { writeKept } from '../kept/kept.js';
import { ComposeLeases } from '../compose/leases.js';
import { withLock } from '../../os/lock.js';
import { freePorts, isFree } from '../../os/ports.js';
import { probePort } from './probe.js';
import { HOST } from '../embedded/properties.js';
import { waitUntilReady } from '../readiness.js';
import { mismatch, type KafkaRequest } from './request.js';
import { Watchdog } from '../../os/watchdog.js';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 90_000;

/**
 * The broker of the compose file, if it answers on the port; otherwise the reason is added.
 *
 * Under the lock, because a broker that another run is starting uses the port for seconds before it answers.
 */
export async function chooseFromPort(request: KafkaRequest, reasons: Set<string>): Promise<ChosenKafka | undefined> {
  return underLock(request, (leases) => useRunning(request, leases, reasons));
}

/** The options of a start. */
interface StartOptions {
  /** True if there is another way to get a broker; compose then does not get the whole time. */
  canFallBack: boolean;
}

/** Starts a broker, or uses one that was started in the meantime. Adds what occupied the usual port. */
export async function startCompose(
  request: KafkaRequest,
  engine: ComposeEngine,
  reasons: Set<string>,
  { canFallBack }: StartOptions,
): Promise<ChosenKafka> {
  return underLock(request, async (leases) => {
    const running = await useRunning(request, leases, reasons);
    if (running !== undefined) return running;
    const nodes = request.nodes ?? 1;
    const ports = await choosePorts(request, nodes);
    const project = composeProject(request.version.text, ports);
    const { deadline } = request;
    const ownDeadline = canFallBack ? new Deadline(deadline.remainingMs() * 0.6, deadline.signal) : deadline;
    await up({ ...request, deadline: ownDeadline }, engine, project);
    const brokers = composeBrokers(project);
    const common = { kind: 'compose' as const, brokers, version: project.version, clusterId: COMPOSE_CLUSTER_ID };
    const why = `docker compose started it, because ${enumerate([...reasons])}`;
    if (request.keep) {
      const startedAt = new Date().toISOString();
      const { docker, file } = engine;
      await writeKept(request.env, { ...common, schema: 1, startedAt, docker, file, project: { ...project, ports } });
      return chosen({ ...common, why, startedByUs: true });
    }
    const own = ports[0] === request.port ? leases : new ComposeLeases(request.env, ports[0] ?? 0);
    await own.markStarted({ ...engine, project });
    return leased(request, own, { ...common, why, startedByUs: true });
  });
}

/** @throws pubsub_error if the requested port is used by an unknown server */
async function useRunning(
  request: KafkaRequest,
  leases: ComposeLeases,
  reasons: Set<string>,
): Promise<ChosenKafka | undefined> {
  const where = `${HOST}:${request.port}`;
  const owner = await probePort(request.port, request.deadline.signal);
  if (owner.kind === 'none') {
    reasons.add(`nothing answers on ${where}`);
    return undefined;
  }
  const started = await leases.started();
  const ours = owner.kind === 'kafka' && owner.clusterId === COMPOSE_CLUSTER_ID;
  const wrong = ours ? mismatch(request, { version: started?.project.version, brokers: [where] }) : undefined;
  if (!ours || wrong !== undefined) {
    const reason = wrong === undefined ? otherServer(where, owner) : `the compose file's Kafka on ${where} ${wrong}`;
    if (request.portIsPinned) throw pinnedPortTaken(request.port, reason, owner.kind === 'kafka');
    reasons.add(reason);
    return undefined;
  }
  request.onProgress(`Kafka on ${where} to be ready`);
  await waitUntilReady([where], limited(request.deadline));
  const why = `the compose file's Kafka already answers on ${where}`;
  const version = started?.project.version;
  const clusterId = COMPOSE_CLUSTER_ID;
  const known = { kind: 'compose' as const, brokers: [where], why, version, clusterId, startedByUs: false };
  // Not stopped, because the user started it.
  if (started === undefined) return chosen(known);
  if (!request.keep) return leased(request, leases, known);
  await leases.unmarkStarted();
  const { docker, file, project } = started;
  const record = { docker, file, project: { ...project, ports: [...project.ports] } };
  const startedAt = new Date().toISOString();
  const kept = { schema: 1 as const, kind: 'compose' as const, brokers: [where], clusterId: COMPOSE_CLUSTER_ID };
  await writeKept(request.env, { ...kept, version: project.version, startedAt, ...record });
  return chosen(known);
}

/** A broker that is stopped after the last run that uses it. */
async function leased(
  request: KafkaRequest,
  leases: ComposeLeases,
  parts: Parameters<typeof chosen>[0],
): Promise<ChosenKafka> {
  await leases.take();
  return chosen(parts, async () => {
    const lock = {
      deadline: new Deadline(STOP_TIMEOUT_MS),
      waitingFor: 'the end of another run that uses the same Kafka',
    };
    await withLock(leases.lockFile, lock, async () => {
      const alone = await leases.giveBack();
      const started = await leases.started();
      if (!alone || started === undefined) return;
      await composeDown(request.env, started, started.project);
      await leases.unmarkStarted();
    });
  });
}

async function up(request: KafkaRequest, engine: ComposeEngine, project: ComposeProject): Promise<void> {
  const watchdog = await Watchdog.start();
  try {
    await composeUp({ ...request, watchdog }, engine, project);
  } finally {
    await watchdog.close();
  }
  try {
    request.onProgress('Kafka in its container to be ready');
    await waitUntilReady(composeBrokers(project), limited(request.deadline), { nodes: project.ports.length });
  } catch (error) {
    await composeDown(request.env, engine, project);
    throw error;
  }
}

async function choosePorts(request: KafkaRequest, nodes: number): Promise<number[]> {
  const wanted = Array.from({ length: nodes }, (_, i) => request.port + i);
  const free = await Promise.all(wanted.map((port) => isFree(port)));
  const taken = wanted.find((_, i) => free[i] !== true);
  if (taken !== undefined && request.portIsPinned) throw pinnedPortTaken(taken, `${HOST}:${taken} is in use`, false);
  return taken === undefined ? wanted : freePorts(nodes);
}

function otherServer(where: string, owner: { kind: 'kafka'; clusterId: string } | { kind: 'other' }): string {
  return owner.kind === 'kafka'
    ? `${where} is in use by another Kafka (cluster id ${owner.clusterId})`
    : `${where} is in use by a program that is not Kafka`;
}

function pinnedPortTaken(port: number, reason: string, isKafka: boolean): pubsub_error {
  const use = isKafka
    ? `, choose another port, or use that Kafka: PUBSUB_BROKERS=${HOST}:${port}`
    : ', or choose another port.';
  return new pubsub_error('kafka_unavailable', 'local_kafka', `port ${port} was requested, but ${reason}`, {
    hint: `Stop the program that uses the port${use}`,
    details: { port, pinned: true },
  });
}

function limited(deadline: Deadline): Deadline {
  return new Deadline(Math.min(READY_TIMEOUT_MS, deadline.remainingMs()), deadline.signal);
}

function underLock<T>(request: KafkaRequest, work: (leases: ComposeLeases) => Promise<T>): Promise<T> {
  const leases = new ComposeLeases(request.env, request.port);
  const options = {
    deadline: request.deadline,
    waitingFor: 'the end of another start by docker compose',
    onWait: () => request.onProgress('another start by docker compose'),
  };
  return withLock(leases.lockFile, options, () => work(leases));
}
