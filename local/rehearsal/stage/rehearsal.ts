import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Deadline } from '../../../src/base/deadline.js';
import { temporaryFolder, Watchdog } from '../../kafka/index.js';
import {
  CloudFormationService,
  hostFunctions,
  LambdaService,
  LogsService,
  LogStore,
  startAwsEndpoint,
  StsService,
  type AwsEndpoint,
  type Hosted,
  type HostedFunction,
} from '../aws/index.js';
import { AuthorizerLogs, type LogMark } from '../evidence/authorizer-logs.js';
import { brokerEvidence, type BrokerEvidence } from '../evidence/broker-evidence.js';
import type { Refusal } from '../gateway/index.js';
import { loadTemplate, readTemplate, type FunctionModel, type StackModel } from '../template/index.js';
import { broughtHome } from './broker-addresses.js';
import { credentialVariables, newCredentials, type FunctionCredentials } from './credentials.js';
import { groupsOfRun } from './names.js';
import { StackKafka } from './stack-kafka.js';

export interface RehearsalOptions {
  /** The template's file; its assets lie beside it. */
  readonly template: string | (() => Promise<string>);
  /** @default the file's name */
  readonly stackName?: string;
  /** @default eu-west-1 */
  readonly region?: string;
  /** @default 111122223333, as AWS writes examples */
  readonly account?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** One that was started before and goes on afterwards. @default one of its own */
  readonly kafka?: StackKafka;
  /** Brokers. @default 2 */
  readonly nodes?: number;
  /** @default KAFKA_VERSION */
  readonly version?: string;
  /** @default 3000, as on MSK */
  readonly groupInitialRebalanceDelayMs?: number;
  /** @default that of the token, as on MSK */
  readonly sessionSeconds?: number;
  /** Variables that every function gets in place of the template's. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the endpoint. @default any free one */
  readonly port?: number;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  readonly onLog?: (model: StackModel, one: FunctionModel, line: string) => void;
}

/** What a function was given that its template does not say: nothing is added in silence. */
export interface Addition {
  readonly function: string;
  readonly variable: string;
  readonly why: string;
}

/** Where a stack is taken to be when nobody says. The account is the one that AWS writes examples with. */
export const defaultPlace = { region: 'eu-west-1', account: '111122223333' } as const;

const nodesByDefault = 2;
export const delayOnMskMs = 3_000;

/** A stack, run for real on this machine: its functions, its rights, a Kafka that enforces them, AWS to invoke them. */
export class Rehearsal implements AsyncDisposable {
  readonly model: StackModel;
  readonly kafka: StackKafka;
  readonly additions: readonly Addition[];
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly #parts: AsyncDisposable[];
  readonly #logs: AuthorizerLogs;
  readonly #begin: LogMark;
  readonly #rights: RightsAsked;
  readonly #hosted: Hosted;

  private constructor(parts: RehearsalParts) {
    this.model = parts.model;
    this.kafka = parts.kafka;
    this.additions = parts.additions;
    this.url = parts.endpoint.url;
    this.#parts = parts.disposables;
    this.#logs = parts.logs;
    this.#begin = parts.begin;
    this.#rights = parts.rights;
    this.#hosted = parts.hosted;
  }

  /**
   * Reads the template, starts a Kafka that enforces its policies, and puts its functions behind a local Lambda.
   *
   * @throws pubsub_error `template_refused` that names what cannot be rehearsed; `kafka_unavailable`, `aborted`
   */
  static async start(options: RehearsalOptions): Promise<Rehearsal> {
    const { deadline, onProgress } = options;
    const disposables: AsyncDisposable[] = [];
    try {
      const { kafka, read } = await prepare(options, disposables);
      const model = read(kafka.iam.gatewayBrokers.join(','));
      const credentials = newCredentials(model);
      onProgress('topics, and rights as the policies say');
      await kafka.become(model, credentials, deadline.signal);
      const watchdog = await Watchdog.start();
      disposables.push({ [Symbol.asyncDispose]: () => watchdog.close() });
      const folder = await watchdog.folder(temporaryFolder(process.env), 'easy-pubsub-rehearsal-');
      const staged = await stage(model, kafka, credentials, folder, options, disposables);
      return new Rehearsal({ model, kafka, disposables, ...staged });
    } catch (error) {
      for (const part of disposables.reverse()) await part[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** What the brokers' own logs say so far; from the first question about rights on, those are left out. */
  async evidence(run_id: string): Promise<BrokerEvidence> {
    const { model, kafka } = this;
    const end = this.#rights.askedAt ?? (await this.#logs.mark());
    return brokerEvidence({
      decisions: await this.#logs.between(this.#begin, end),
      refusedLogins: kafka.refusedLogins,
      mayConnect: kafka.mayConnect,
      acls: kafka.acls,
      resources: new Set([...kafka.topics, ...groupsOfRun(model, run_id)]),
    });
  }

  /** Asks the functions that are at work to end, as nobody can on AWS. */
  stop(): Promise<void> {
    return this.#hosted.stop();
  }

  /** Variables for programs that are to see this stack as if it were in AWS. */
  get exports(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: this.model.region,
      AWS_ACCESS_KEY_ID: 'rehearsal',
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
    };
  }

  /** Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part[Symbol.asyncDispose]();
  }
}

interface Stage {
  readonly endpoint: AwsEndpoint;
  readonly additions: readonly Addition[];
  readonly logs: AuthorizerLogs;
  readonly begin: LogMark;
  readonly rights: RightsAsked;
  readonly hosted: Hosted;
}

interface RehearsalParts extends Stage {
  readonly model: StackModel;
  readonly kafka: StackKafka;
  readonly disposables: AsyncDisposable[];
}

/** When the functions were first asked what they may do: what the brokers deny from then on is the answer to that. */
interface RightsAsked {
  askedAt: LogMark | undefined;
}

type ReadModel = (bootstrapBrokers: string) => StackModel;

/** The template's reader and the Kafka. A template that is there is read first; one that is being made, meanwhile. */
async function prepare(
  options: RehearsalOptions,
  disposables: AsyncDisposable[],
): Promise<{ kafka: StackKafka; read: ReadModel }> {
  const { template } = options;
  if (typeof template === 'string') {
    const read = readerOf(template, options);
    return { read, kafka: await kafkaFor(options, disposables) };
  }
  const failed = new AbortController();
  const signals = [failed.signal, ...(options.deadline.signal === undefined ? [] : [options.deadline.signal])];
  const deadline = new Deadline(options.deadline.remainingMs(), AbortSignal.any(signals));
  const [made, started] = await Promise.allSettled([
    template()
      .then((file) => readerOf(file, options))
      .catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    kafkaFor({ ...options, deadline }, disposables),
  ]);
  if (made.status === 'rejected') throw made.reason;
  if (started.status === 'rejected') throw started.reason;
  return { read: made.value, kafka: started.value };
}

/** @throws pubsub_error `template_refused`: what cannot be rehearsed is said before anything is run */
function readerOf(file: string, options: RehearsalOptions): ReadModel {
  const loaded = loadTemplate(file);
  const read: ReadModel = (bootstrapBrokers) =>
    readTemplate(loaded.template, {
      stackName: options.stackName ?? loaded.name,
      region: options.region ?? defaultPlace.region,
      account: options.account ?? defaultPlace.account,
      assembly: loaded.assembly,
      bootstrapBrokers,
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    });
  read('127.0.0.1:9098');
  return read;
}

async function kafkaFor(options: RehearsalOptions, disposables: AsyncDisposable[]): Promise<StackKafka> {
  if (options.kafka !== undefined) return options.kafka;
  const { deadline, onProgress, onRefusal, version, sessionSeconds } = options;
  onProgress('a Kafka that takes the logins of MSK IAM');
  const kafka = await StackKafka.start({
    region: options.region ?? defaultPlace.region,
    nodes: options.nodes ?? nodesByDefault,
    groupInitialRebalanceDelayMs: options.groupInitialRebalanceDelayMs ?? delayOnMskMs,
    deadline,
    onProgress,
    ...(version === undefined ? {} : { version }),
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
    ...(onRefusal === undefined ? {} : { onRefusal }),
  });
  disposables.push(kafka);
  return kafka;
}

async function stage(
  model: StackModel,
  kafka: StackKafka,
  credentials: ReadonlyMap<string, FunctionCredentials>,
  folder: string,
  options: RehearsalOptions,
  disposables: AsyncDisposable[],
): Promise<Stage> {
  const code = join(folder, 'functions');
  await mkdir(code);
  const logs = new LogStore();
  const authority = await readFile(kafka.iam.caFile, 'utf8');
  const given = (one: FunctionModel): Record<string, string> => ({
    ...credentialVariables(credentials, one),
    ...(authority === '' ? {} : { NODE_EXTRA_CA_CERTS: kafka.iam.caFile }),
  });
  const changed = (one: FunctionModel): Record<string, string> => ({
    ...broughtHome(one, kafka.iam.gatewayBrokers),
    ...options.variables,
  });
  const hosted: Hosted = await hostFunctions({
    model,
    folder: code,
    logs,
    given,
    changed,
    onLog: (one, line) => options.onLog?.(model, one, line),
  });
  disposables.push(hosted);
  const authorizer = new AuthorizerLogs(kafka.iam.authorizerLogs);
  const rights: RightsAsked = { askedAt: undefined };
  const watched = hosted.functions.map((one) =>
    watching(one, async (event) => {
      if (event['action'] === 'rights') rights.askedAt ??= await authorizer.mark();
      const run_id = event['run_id'];
      if (typeof run_id === 'string') await kafka.declareGroups(groupsOfRun(model, run_id), options.deadline.signal);
    }),
  );
  const { stackName: name, stackId: id, region, account, outputs } = model;
  const endpoint = await startAwsEndpoint({
    services: [
      new LambdaService(watched),
      new CloudFormationService([{ name, id, region, outputs }]),
      new LogsService(logs),
      new StsService(account),
    ],
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  disposables.push(endpoint);
  return {
    endpoint,
    additions: model.functions.flatMap((one) => additionsOf(one, given(one), changed(one))),
    logs: authorizer,
    begin: await authorizer.mark(),
    rights,
    hosted,
  };
}

/** Sees events before the function does. */
function watching(one: HostedFunction, before: (event: Record<string, unknown>) => Promise<void>): HostedFunction {
  return {
    ...one,
    invoke: async (event, id) => {
      if (typeof event === 'object' && event !== null) await before(event as Record<string, unknown>);
      return one.invoke(event, id);
    },
  };
}

const reasons: Readonly<Record<string, string>> = {
  NODE_EXTRA_CA_CERTS: 'the authority of the gateways: on MSK, Node knows the one that signs',
};

function additionsOf(
  { name, environment }: FunctionModel,
  given: Readonly<Record<string, string>>,
  changed: Readonly<Record<string, string>>,
): Addition[] {
  return [
    ...Object.keys(given).map((variable) => ({
      function: name,
      variable,
      why: reasons[variable] ?? 'credentials of its role, as Lambda gives them',
    })),
    ...Object.entries(changed)
      .filter(([variable, value]) => environment[variable] !== value)
      .map(([variable, value]) => ({ function: name, variable, why: `in place of the template’s: ${value}` })),
  ];
}
