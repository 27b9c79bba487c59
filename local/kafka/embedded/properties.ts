import type { ExtraListener } from './listeners.js';
import type { KafkaVersion } from '../program/version.js';

/** The ports of one node of an embedded cluster. */
export interface NodePorts {
  id: number;
  plain: number;
  controller: number;
  /** Ports of other listeners, by name. */
  extra: Readonly<Record<string, number>>;
}

export interface ServerOptions {
  version: KafkaVersion;
  nodeId: number;
  /** All nodes including this one, sorted by id. */
  nodes: readonly NodePorts[];
  dataFolder: string;
  listeners: readonly ExtraListener[];
  /** These take precedence over all properties here. */
  overrides: Readonly<Record<string, string>>;
}

export const HOST = '127.0.0.1';

/**
 * True if this node is also a controller. Of two nodes, only the first is a controller: with two controllers, the
 * majority is both, so the loss of either would stop the cluster.
 */
export function isController(nodeId: number, nodeCount: number): boolean {
  return nodeCount !== 2 || nodeId === 1;
}

/** The `server.properties` of one node: KRaft, everything on the loopback interface. */
export function serverProperties(options: ServerOptions): Record<string, string> {
  const { version, nodes, nodeId, listeners } = options;
  const own = nodes.find((node) => node.id === nodeId);
  if (own === undefined) throw new RangeError(`no node ${nodeId} among ${nodes.length}`);
  const controller = isController(nodeId, nodes.length);
  const index = nodes.indexOf(own);
  const bound = [
    `PLAINTEXT://${HOST}:${own.plain}`,
    ...listeners.map(({ name }) => `${name}://${HOST}:${own.extra[name] ?? 0}`),
  ];
  const advertised = [
    `PLAINTEXT://${HOST}:${own.plain}`,
    ...listeners.map(({ name, advertised }) => `${name}://${advertised?.[index] ?? `${HOST}:${own.extra[name] ?? 0}`}`),
  ];
  return {
    'process.roles': controller ? 'broker,controller' : 'broker',
    'node.id': String(nodeId),
    'controller.quorum.voters': nodes
      .filter(({ id }) => isController(id, nodes.length))
      .map(({ id, controller: port }) => `${id}@${HOST}:${port}`)
      .join(','),
    listeners: [...bound, ...(controller ? [`CONTROLLER://${HOST}:${own.controller}`] : [])].join(','),
    'advertised.listeners': advertised.join(','),
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT',
      'PLAINTEXT:PLAINTEXT',
      ...listeners.map(({ name, protocol }) => `${name}:${protocol}`),
    ]
      .filter((entry, i, all) => all.indexOf(entry) === i)
      .join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': options.dataFolder,
    ...behaviour(version, nodes.length),
    ...smallness(),
    ...listenerProperties(listeners),
    ...options.overrides,
  };
}

/** Settings that affect clients. */
function behaviour(version: KafkaVersion, nodeCount: number): Record<string, string> {
  const replicas = String(nodeCount);
  const inSync = String(Math.max(1, nodeCount - 1));
  return {
    // As on Amazon MSK: a misspelt topic is an error, not a new topic.
    'auto.create.topics.enable': 'false',
    'num.partitions': '1',
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    // Share groups exist since 4.0; earlier versions would only log a warning about these keys.
    ...(version.major < 4
      ? {}
      : {
          'share.coordinator.state.topic.replication.factor': replicas,
          'share.coordinator.state.topic.min.isr': inSync,
          'share.coordinator.state.topic.num.partitions': '1',
        }),
    // Kafka's default of 3000 is for groups whose members all start at the same time; here each first join would wait 3
    // s.
    'group.initial.rebalance.delay.ms': '0',
    // Kafka's default of 50 partitions is for many coordinators. Fewer are created faster, and one per node makes each
    // node a coordinator.
    'offsets.topic.num.partitions': replicas,
    'transaction.state.log.num.partitions': '1',
  };
}

/** Fewer threads and smaller buffers for a laptop: 170 MiB instead of 400, and a faster start. */
function smallness(): Record<string, string> {
  return {
    'num.network.threads': '2',
    'num.io.threads': '4',
    'num.replica.fetchers': '1',
    'background.threads': '2',
    'num.recovery.threads.per.data.dir': '1',
    'log.cleaner.threads': '1',
    'log.cleaner.dedupe.buffer.size': '2097152',
    'log.index.size.max.bytes': '1048576',
    'offsets.topic.segment.bytes': '4194304',
  };
}

function listenerProperties(listeners: readonly ExtraListener[]): Record<string, string> {
  return Object.fromEntries(
    listeners.flatMap(({ name, properties }) =>
      Object.entries(properties ?? {}).map(([key, value]) => [`listener.name.${name.toLowerCase()}.${key}`, value]),
    ),
  );
}

/** In the format of `java.util.Properties`. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escapeProperty(key, /[\\:=\s#!]/g)}=${escapeProperty(value, /\\/g)}\n`)
    .join('');
}

function escapeProperty(text: string, special: RegExp): string {
  return text
    .replace(special, (character) => `\\${character}`)
    .replaceAll('\n', '\\n')
    .replace(/^ /, '\\ ');
}
