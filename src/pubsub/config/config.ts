import { messageFirst } from '../../base/logger-order.js';
import {
  noTracing,
  silentLogger,
  silentMetrics,
  systemClock,
  type clock,
  type fields_first_logger,
  type logger,
  type message_first_logger,
  type metrics,
  type tracing,
} from '../../base/ports.js';
import { safePorts } from '../../base/safe-ports.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { air_core_codec } from '../../frame/air-core-codec.js';
import { checkedCodec } from '../../frame/checked-codec.js';
import type { frame_codec } from '../../frame/frame-codec.js';
import { readEnvironment } from './environment.js';
import { checkSections, filledGroups, filledTopics, type CheckedSections } from './check.js';
import { checkPorts } from './check-ports.js';
import type { config_input, config_sections } from './config-input.js';
import { configError } from './problems.js';
import { configSections } from './settings.js';
import { settingRows } from './setting-rows.js';

export type { config_input, config_sections } from './config-input.js';

/** The ports and the codec that a program provides. By default, nothing is logged or measured. */
export interface config_ports<F> {
  /** For your own frame class. @default the codec of AirCoreFrame */
  frame_codec?: frame_codec<F>;
  /** Pino, winston, bunyan, console or Powertools as they are, or your own. @default silent */
  logger?: logger | message_first_logger | fields_first_logger;
  /** Counters and observations (docs/metrics.md). @default nothing is recorded */
  metrics?: metrics;
  /** Gives the trace context of outgoing records, and creates spans. @default none */
  tracing?: tracing;
  /** Wall clock and monotonic clock, for tests. @default those of the system */
  clock?: clock;
}

/**
 * All settings of the classes, checked once and frozen.
 *
 * @example
 * const settings = config.create({ connection: { brokers: ['localhost:9092'] } });
 * const from_environment = config.from_env(); // PUBSUB_BROKERS, PUBSUB_AUTH, …
 */
export class config<F = AirCoreFrame> {
  /** How to reach the brokers, and how to log in. */
  readonly connection: config_sections['connection'];
  /** `reply_allowed` always has a value: by default only the configured reply_to topic. */
  readonly topics: config_sections['topics'];
  /** By default derived from the names of the topics, because members of one group must read the same topic. */
  readonly groups: config_sections['groups'];
  /** How frames are sent. */
  readonly producer: config_sections['producer'];
  /** How frames are received. */
  readonly consumer: config_sections['consumer'];
  /** How frames are handled. */
  readonly worker: config_sections['worker'];
  /** How requests are made. */
  readonly requester: config_sections['requester'];
  /** How long closing may take. */
  readonly disposal: config_sections['disposal'];
  /** Converts frames to bytes and back. */
  readonly frame_codec: frame_codec<F>;
  /** Where log lines go; nothing that it throws reaches a caller. */
  readonly logger: logger;
  /** Where counts and observations go; nothing that it throws reaches a caller. */
  readonly metrics: metrics;
  /** Gives the trace context of outgoing records, and creates spans. */
  readonly tracing: tracing;
  /** Wall clock and monotonic clock. */
  readonly clock: clock;
  /** Without values that are derived from other settings, because these may change in `with`. */
  readonly #checked: CheckedSections;

  private constructor(checked: CheckedSections, ports: config_ports<F> & { frame_codec: frame_codec<F> }) {
    this.#checked = checked;
    Object.freeze(checked.connection.brokers);
    this.connection = Object.freeze(checked.connection);
    this.topics = Object.freeze(filledTopics(checked));
    Object.freeze(this.topics.reply_allowed);
    this.groups = Object.freeze(filledGroups(checked));
    this.producer = Object.freeze(checked.producer);
    this.consumer = Object.freeze(checked.consumer);
    this.worker = Object.freeze(checked.worker);
    this.requester = Object.freeze(checked.requester);
    this.disposal = Object.freeze(checked.disposal);
    this.frame_codec = checkedCodec(ports.frame_codec);
    const { logger = silentLogger, metrics = silentMetrics, tracing = noTracing, clock = systemClock } = ports;
    const safe = safePorts({ logger: messageFirst(logger), metrics, tracing, clock });
    this.logger = safe.logger;
    this.metrics = safe.metrics;
    this.tracing = safe.tracing;
    this.clock = safe.clock;
    Object.freeze(this);
  }

  /**
   * @throws pubsub_error `config_invalid`, with every problem.
   */
  static create(input: config_input, ports?: config_ports<AirCoreFrame>): config;
  static create<F>(input: config_input, ports: config_ports<F> & { frame_codec: frame_codec<F> }): config<F>;
  static create<F>(input: config_input, ports: config_ports<F> = {}): config<F> {
    const { checked, problems } = checkSections(input, (path) => path);
    if (checked === undefined || problems.length > 0) throw configError(problems);
    if (!(ports instanceof config)) checkPorts(ports);
    return new config<F>(checked, withCodec(ports));
  }

  /**
   * Reads `PUBSUB_*` variables; `overrides` take precedence over them.
   *
   * @param env @default process.env
   * @throws pubsub_error `config_invalid`, with every unknown, invalid and out-of-range variable.
   */
  static from_env(
    env?: Readonly<Record<string, string | undefined>>,
    ports?: config_ports<AirCoreFrame>,
    overrides?: Partial<config_input>,
  ): config;
  static from_env<F>(
    env: Readonly<Record<string, string | undefined>>,
    ports: config_ports<F> & { frame_codec: frame_codec<F> },
    overrides?: Partial<config_input>,
  ): config<F>;
  static from_env<F>(
    env: Readonly<Record<string, string | undefined>> = process.env,
    ports: config_ports<F> = {},
    overrides: Partial<config_input> = {},
  ): config<F> {
    const { sections, problems } = readEnvironment(env);
    const connection = (sections['connection'] ??= {});
    connection['region'] ??= filled(env['AWS_REGION']) ?? filled(env['AWS_DEFAULT_REGION']);
    if (connection['region'] === undefined) delete connection['region'];
    for (const [section, values] of Object.entries(overrides)) {
      sections[section] = { ...sections[section], ...(values as Record<string, unknown>) };
    }
    const envNames = new Map(settingRows.map((row) => [row.path, row.env ?? row.path]));
    const result = checkSections(sections, (path) => envNames.get(path) ?? path);
    const all = [...problems, ...result.problems];
    if (result.checked === undefined || all.length > 0) throw configError(all);
    checkPorts(ports);
    return new config<F>(result.checked, withCodec(ports));
  }

  /**
   * A copy with some settings changed. Sections are merged: a setting that `changes` does not name keeps its value, and
   * `undefined` removes one. What is derived from others (the default names of groups) is derived again.
   *
   * @throws pubsub_error `config_invalid`
   */
  with(changes: Partial<config_input>): config<F> {
    // An unknown section stays, so that it is refused.
    const input: Record<string, unknown> = { ...changes };
    for (const section of Object.keys(configSections) as (keyof CheckedSections)[]) {
      input[section] = { ...this.#checked[section], ...changes[section] };
    }
    return config.create<F>(input as unknown as config_input, this);
  }

  /** The effective settings for printing: secrets are masked, and certificates are only reported as set. */
  describe(): Record<string, Record<string, unknown>> {
    const shown: Record<string, Record<string, unknown>> = {};
    for (const row of settingRows) {
      const section = this[row.section as keyof CheckedSections] as Readonly<Record<string, unknown>>;
      const value = section[row.key];
      if (value === undefined) continue;
      (shown[row.section] ??= {})[row.key] = row.secret === true || holdsPrivateKey(value) ? '********' : brief(value);
    }
    return shown;
  }
}

function brief(value: unknown): unknown {
  return typeof value === 'string' && value.includes('-----BEGIN ') ? `PEM of ${value.length} characters` : value;
}

/** The PEM text of a certificate may also contain its key. */
function holdsPrivateKey(value: unknown): boolean {
  return typeof value === 'string' && value.includes('PRIVATE KEY-----');
}

function withCodec<F>(ports: config_ports<F>): config_ports<F> & { frame_codec: frame_codec<F> } {
  // Only the overloads without a type parameter omit the codec, and their F is AirCoreFrame.
  return { ...ports, frame_codec: ports.frame_codec ?? (air_core_codec as unknown as frame_codec<F>) };
}

/** A variable of another program that is empty counts as not set. */
function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
