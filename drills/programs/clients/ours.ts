import {
  config,
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type AirCoreFrame,
  type config_input,
  type logger,
} from '../../../src/index.js';
import type { Log, RequesterSide, Said, Side, WorkerHooks } from './client.js';

/** easy-pubsub, with its default settings. */
function settingsOf(input: config_input, log: Log): config {
  const at =
    (level: string) =>
    (message: string, fields?: unknown): void =>
      log(level, message, fields);
  const lines: logger = { debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') };
  return config.create(input, { logger: lines });
}

const frameOf = (id: string, path: readonly number[]): AirCoreFrame =>
  worker_frame({ path, command: 'probe', payloads: [text_payload(id)] });

export function ourRequester(input: config_input, log: Log): RequesterSide {
  const settings = settingsOf(input, log);
  const waiting = new Map<string, (place: { partition: number; offset: number }) => void>();
  const caller = requester.create(settings, {
    on_sent: ({ correlation_id, position }) => waiting.get(correlation_id)?.(position),
  });
  const sender = publisher.create(settings);
  return {
    async connect() {
      await Promise.all([caller.connect(), sender.connect({ topics: [topic_type.worker] })]);
    },
    async request({ id, path, timeoutMs, onAck }) {
      waiting.set(id, onAck);
      try {
        const reply = await caller.request(frameOf(id, path), { timeout_ms: timeoutMs, correlation_id: id });
        return payload_text(reply) ?? '';
      } finally {
        waiting.delete(id);
      }
    },
    note: (id, path) => sender.send(topic_type.worker, frameOf(id, path)),
    says: () => said(caller, { publisher: healthOf(sender) }),
    async dispose() {
      await Promise.all([caller.dispose(), sender.dispose()]);
    },
  };
}

export function ourWorker(input: config_input, log: Log, { onFrame, onDone }: WorkerHooks): Side {
  const handling = worker.create(
    settingsOf(input, log),
    async (frame, { position }) => {
      await onFrame({ id: payload_text(frame) ?? '', partition: position.partition, offset: position.offset });
      return create_frame({ payloads: frame.payloads });
    },
    { on_handled: ({ kind, delivery, replies }) => onDone(payload_text(delivery.frame) ?? '', kind, replies) },
  );
  return {
    connect: () => handling.connect(),
    says: () => said(handling, {}),
    dispose: () => handling.dispose(),
  };
}

function said(client: requester | worker, others: Readonly<Record<string, Health | undefined>>): Said {
  const { state, partitions, generation, restarts, bad, foreign, gap_records, last_error } = client.status;
  const health = healthOf(client);
  return {
    connected: client.is_connected(),
    state,
    ...(health === undefined ? {} : { health: health.ok }),
    partitions,
    more: { generation, restarts, bad, foreign, gap_records, error: last_error?.message, health, ...others },
  };
}

interface Health {
  readonly ok: boolean;
}

/** Older versions have no `health()`, and are judged by their other states. */
function healthOf(client: object): Health | undefined {
  return hasHealth(client) ? client.health() : undefined;
}

function hasHealth(client: object): client is { health: () => Health } {
  return 'health' in client && typeof client.health === 'function';
}
