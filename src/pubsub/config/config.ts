import {
  no_tracing,
  silent_logger,
  silent_metrics,
  system_clock,
  type clock,
  type logger,
  type metrics,
  type tracing,
} from '../../base/ports.js';
import { safePorts } from '../../base/safe-ports.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { air_core_codec } from '../../frame/air-core-codec.js';
import type { frame_codec } from '../../frame/frame-codec.js';
import { read_environment } from './environment.js';
import { check_sections, filled_groups, type checked_sections, type config_input } from './check.js';
import { config_error } from './problems.js';
import { config_sections } from './sections.js';
import { setting_rows } from './settings.js';

export type { config_input } from './check.js';

/** What a program plugs in. Everything is silent by default. */
export interface config_ports<F> {
  /** Carries a frame class of your own. @default the codec of AirCoreFrame */
  frame_codec?: frame_codec<F>;
  logger?: logger;
  metrics?: metrics;
  tracing?: tracing;
  clock?: clock;
}

/**
 * Everything that the classes need to know, checked once and frozen.
 *
 * @example
 * const settings = config.create({ connection: { brokers: ['localhost:9092'] } });
 * const from_environment = config.from_env(); // PUBSUB_BROKERS, PUBSUB_AUTH, …
 */
export class config<F = AirCoreFrame> {
  readonly connection: Readonly<checked_sections['connection']>;
  /** `reply_allowed` is filled in: the configured reply_to topic alone unless set. */
  readonly topics: Readonly<Omit<checked_sections['topics'], 'reply_allowed'> & { reply_allowed: readonly string[] }>;
  /** Filled in from the names of the topics unless set: members of one group must read the same topic. */
  readonly groups: Readonly<{ worker: string; reply_to: string }>;
  readonly producer: Readonly<checked_sections['producer']>;
  readonly consumer: Readonly<checked_sections['consumer']>;
  readonly worker: Readonly<checked_sections['worker']>;
  readonly requester: Readonly<checked_sections['requester']>;
  readonly disposal: Readonly<checked_sections['disposal']>;
  readonly frame_codec: frame_codec<F>;
  readonly logger: logger;
  readonly metrics: metrics;
  readonly tracing: tracing;
  readonly clock: clock;
  /** Without what is filled in from other settings: those may change in `with`. */
  readonly #checked: checked_sections;

  private constructor(checked: checked_sections, ports: config_ports<F> & { frame_codec: frame_codec<F> }) {
    this.#checked = checked;
    Object.freeze(checked.connection.brokers);
    this.connection = Object.freeze(checked.connection);
    this.topics = Object.freeze({
      ...checked.topics,
      reply_allowed: Object.freeze(checked.topics.reply_allowed ?? [checked.topics.reply_to]),
    });
    this.groups = Object.freeze(filled_groups(checked));
    this.producer = Object.freeze(checked.producer);
    this.consumer = Object.freeze(checked.consumer);
    this.worker = Object.freeze(checked.worker);
    this.requester = Object.freeze(checked.requester);
    this.disposal = Object.freeze(checked.disposal);
    this.frame_codec = ports.frame_codec;
    const { logger = silent_logger, metrics = silent_metrics, tracing = no_tracing } = ports;
    const safe = safePorts({ logger, metrics, tracing });
    this.logger = safe.logger;
    this.metrics = safe.metrics;
    this.tracing = safe.tracing;
    this.clock = ports.clock ?? system_clock;
    Object.freeze(this);
  }

  /**
   * @throws pubsub_error `config_invalid`, naming every problem at once.
   */
  static create(input: config_input, ports?: config_ports<AirCoreFrame>): config;
  static create<F>(input: config_input, ports: config_ports<F> & { frame_codec: frame_codec<F> }): config<F>;
  static create<F>(input: config_input, ports: config_ports<F> = {}): config<F> {
    const { checked, problems } = check_sections(input, (path) => path);
    if (checked === undefined || problems.length > 0) throw config_error(problems);
    return new config<F>(checked, with_codec(ports));
  }

  /**
   * Reads `PUBSUB_*` variables; `overrides` win over them.
   *
   * @param env @default process.env
   * @throws pubsub_error `config_invalid`, naming every unknown, unreadable and out-of-range variable at once.
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
    const { sections, problems } = read_environment(env);
    const connection = (sections['connection'] ??= {});
    connection['region'] ??= filled(env['AWS_REGION']) ?? filled(env['AWS_DEFAULT_REGION']);
    if (connection['region'] === undefined) delete connection['region'];
    for (const [section, values] of Object.entries(overrides)) {
      sections[section] = { ...sections[section], ...(values as Record<string, unknown>) };
    }
    const env_names = new Map(setting_rows.map((row) => [row.path, row.env ?? row.path]));
    const result = check_sections(sections, (path) => env_names.get(path) ?? path);
    const all = [...problems, ...result.problems];
    if (result.checked === undefined || all.length > 0) throw config_error(all);
    return new config<F>(result.checked, with_codec(ports));
  }

  /**
   * The same with some settings changed.
   *
   * @throws pubsub_error `config_invalid`
   */
  with(changes: Partial<config_input>): config<F> {
    const input: Record<string, unknown> = {};
    for (const section of Object.keys(config_sections) as (keyof checked_sections)[]) {
      input[section] = { ...this.#checked[section], ...changes[section] };
    }
    return config.create<F>(input as config_input, this);
  }

  /** The effective settings for printing: secrets are masked, and of a certificate only its being there is said. */
  describe(): Record<string, Record<string, unknown>> {
    const shown: Record<string, Record<string, unknown>> = {};
    for (const row of setting_rows) {
      const section = this[row.section as keyof checked_sections] as Readonly<Record<string, unknown>>;
      const value = section[row.key];
      if (value === undefined) continue;
      (shown[row.section] ??= {})[row.key] =
        row.secret === true || holds_private_key(value) ? '********' : brief(value);
    }
    return shown;
  }
}

function brief(value: unknown): unknown {
  return typeof value === 'string' && value.includes('-----BEGIN ') ? `PEM of ${value.length} characters` : value;
}

/** A certificate's PEM may carry its key too. */
function holds_private_key(value: unknown): boolean {
  return typeof value === 'string' && value.includes('PRIVATE KEY-----');
}

function with_codec<F>(ports: config_ports<F>): config_ports<F> & { frame_codec: frame_codec<F> } {
  // Only the overloads without a type parameter leave the codec out, and their F is AirCoreFrame.
  return { ...ports, frame_codec: ports.frame_codec ?? (air_core_codec as unknown as frame_codec<F>) };
}

/** A variable of somebody else's that is set to nothing counts as not set. */
function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
