import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import { onTestFinished } from 'vitest';
import { awsToken } from '../rehearsal/gateway/support/world.js';
import { program } from './programs.js';

interface GatewayRoleSettings {
  arn: string;
  may_connect: boolean;
  may_write_idempotently: boolean;
  access_key_id: string;
  secret_access_key: string;
  session_token: string;
}

/** The output of `easy-pubsub gateway --json`. */
export interface GatewaySettings {
  brokers: string[];
  admin_brokers: string[];
  ca_file: string;
  region: string;
  cluster_arn: string;
  topics: string[];
  groups: string[];
  roles: GatewayRoleSettings[];
}

export interface GatewayEnd {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** `easy-pubsub gateway`, as a user runs it. */
export class GatewayProcess {
  readonly #child: ReturnType<typeof spawn>;
  readonly #ended: Promise<GatewayEnd>;
  readonly #ready: Promise<GatewaySettings>;

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [...program, 'gateway', ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    this.#child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.stdout!.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.includes('}\n')) resolve(JSON.parse(stdout) as GatewaySettings);
      });
      this.#child.once('close', () => reject(new Error(`the gateway ended: ${stdout}${stderr}`)));
    });
    this.#ready.catch(() => undefined);
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<[GatewayProcess, GatewaySettings]> {
    const process = new GatewayProcess([...args, '--json'], env);
    return [process, await process.#ready];
  }

  static run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<GatewayEnd> {
    return new GatewayProcess(args, env).#ended;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<GatewayEnd> {
    this.#child.kill(signal);
    return this.#ended;
  }
}

/** kafkajs with the printed settings, and nothing else. */
export function clientOf(settings: GatewaySettings, changes: Partial<GatewayRoleSettings> = {}): Kafka {
  const { access_key_id, secret_access_key, session_token } = { ...settings.roles[0]!, ...changes };
  const credentials = {
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    sessionToken: session_token,
  };
  return new Kafka({
    brokers: settings.brokers,
    ssl: { ca: readFileSync(settings.ca_file, 'utf8') },
    logLevel: logLevel.NOTHING,
    retry: { retries: 1 },
    sasl: {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({ value: await awsToken(credentials, settings.region) }),
    },
  });
}

/** Sends one record; resolves to "sent", or to the error's type or message. */
export async function trySending(kafka: Kafka, topic: string): Promise<string> {
  const producer = kafka.producer();
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ value: 'x' }] });
    return 'sent';
  } catch (error) {
    return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : String(error);
  } finally {
    await producer.disconnect();
  }
}
