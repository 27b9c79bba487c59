import type { FrozenProcess } from '../../local/functions/index.js';
import { temporaryFolder, Watchdog } from '../../local/kafka/index.js';
import { Parts } from '../../local/os/parts.js';
import type { LocalAws } from '../aws/index.js';
import type { AuthorizerLogs, LogMark } from '../evidence/authorizer-logs.js';
import { RefusalsAndDenials } from '../evidence/refused-and-denied.js';
import { brokerEvidence, type BrokerEvidence } from '../evidence/broker-evidence.js';
import type { NetworkAccess } from './network.js';
import type { Remark } from '../policy/index.js';
import type { StackModel, TakenPlace } from '../template/index.js';
import type { Addition } from '../plan/additions.js';
import { newFunctionCredentials, userCredentials } from './credentials.js';
import { fixedGroups, groupsOfRun } from '../plan/names.js';
import type { RehearsalOptions } from './options.js';
import { withBrokers } from '../plan/expected-brokers.js';
import { planRehearsal } from '../plan/plan.js';
import { prepare } from './prepare.js';
import type { StackRights } from '../plan/rights.js';
import type { StackKafka } from './stack-kafka.js';
import { startFunctions, type StartedFunctions } from './functions.js';

/**
 * A stack that runs on this machine: its functions, its rights, a Kafka that enforces them, and AWS services that
 * invoke them.
 */
export class Rehearsal implements AsyncDisposable {
  readonly model: StackModel;
  /** The assumed place of the stack, and its source. */
  readonly place: TakenPlace;
  readonly kafka: StackKafka;
  /** The ARN of its cluster. */
  readonly clusterArn: string;
  /** Parts of the policies that have no effect. */
  readonly remarks: readonly Remark[];
  readonly additions: readonly Addition[];
  /** Which functions can reach the brokers. */
  readonly network: NetworkAccess;
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  readonly #parts: Parts;
  readonly #logs: AuthorizerLogs;
  readonly #begin: LogMark;
  readonly #rights: StartedFunctions['rights'];
  readonly #aws: LocalAws;

  private constructor(
    model: StackModel,
    place: TakenPlace,
    rights: StackRights,
    kafka: StackKafka,
    staged: StartedFunctions,
    parts: Parts,
  ) {
    this.model = model;
    this.place = place;
    this.kafka = kafka;
    this.clusterArn = rights.clusterArn;
    this.remarks = rights.remarks;
    this.additions = staged.additions;
    this.network = staged.network;
    this.url = staged.aws.url;
    this.#parts = parts;
    this.#logs = staged.logs;
    this.#begin = staged.begin;
    this.#rights = staged.rights;
    this.#aws = staged.aws;
  }

  /**
   * Reads the template, starts a Kafka that enforces its policies, and runs its functions behind a local Lambda.
   *
   * @throws pubsub_error `template_refused` that names what cannot be rehearsed; `kafka_unavailable`, `aborted`
   */
  static async start(options: RehearsalOptions): Promise<Rehearsal> {
    const { deadline, onProgress, template } = options;
    // Refuses what cannot be rehearsed before anything is started.
    const made = typeof template === 'string' ? planRehearsal(template, options, options.accept) : template;
    const parts = new Parts();
    try {
      const watchdog = await Watchdog.start();
      parts.onStop(() => watchdog.close());
      const folder = await watchdog.folder(temporaryFolder(process.env), 'easy-pubsub-rehearsal-');
      const denials =
        options.onRefusedOrDenied === undefined ? undefined : new RefusalsAndDenials(options.onRefusedOrDenied);
      const onRefusal: RehearsalOptions['onRefusal'] = (refusal) => {
        options.onRefusal?.(refusal);
        denials?.refused(refusal);
      };
      const { plan, kafka } = await prepare({ ...options, onRefusal, template: made }, folder, parts);
      const { place, rights } = plan;
      const model = withBrokers(plan.model, kafka.iam.gatewayBrokers);
      const credentials = newFunctionCredentials(model);
      onProgress('topics and the rights of the policies');
      await kafka.become(model, rights.clusterArn, rights.roles, credentials, deadline.signal);
      const frozen = ({ pid, ports }: FrozenProcess): void => {
        watchdog.wakeAtEnd(pid);
        kafka.iam.loseConnections(ports);
      };
      const staged = await startFunctions(
        {
          model,
          planned: plan.model,
          clusterArn: rights.clusterArn,
          kafka,
          credentials,
          folder,
          options,
          denials,
          frozen,
        },
        parts,
      );
      return new Rehearsal(model, place, rights, kafka, staged, parts);
    } catch (error) {
      return await parts.undo(error);
    }
  }

  /**
   * What the brokers have logged so far, until the functions were first asked for their rights.
   *
   * @throws pubsub_error `kafka_unavailable` if Kafka did not follow rights that depend on the time
   */
  async evidence(runId: string): Promise<BrokerEvidence> {
    const { model, kafka } = this;
    kafka.checkRights();
    const end = this.#rights.askedAt ?? (await this.#logs.mark());
    return brokerEvidence({
      decisions: await this.#logs.between(this.#begin, end),
      refusedLogins: kafka.refusedLogins,
      mayConnect: kafka.mayConnect,
      granted: kafka.granted([
        ...groupsOfRun(model, runId).map((name) => ({ kind: 'group', name }) as const),
        ...kafka.topics.map((name) => ({ kind: 'topic', name }) as const),
      ]),
    });
  }

  /** Groups that the template or the user names literally. */
  get groups(): readonly string[] {
    return fixedGroups(this.model, this.kafka.clusterArn);
  }

  /** Asks the functions that are running to end. AWS has no such call. */
  stop(): Promise<void> {
    return this.#aws.stop();
  }

  /** Variables for programs that should use this stack as if it were in AWS. */
  get exports(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: this.model.region,
      // Version 1 of the AWS CLI and boto3 read only this one.
      AWS_DEFAULT_REGION: this.model.region,
      AWS_ACCESS_KEY_ID: userCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: userCredentials.secretAccessKey,
    };
  }

  /** Idempotent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }
}
