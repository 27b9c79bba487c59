import type { EmbeddedOptions } from '../../local/kafka/index.js';
import type { Deadline } from '../../src/base/deadline.js';
import type { RoleSource } from './login/roles.js';
import type { RefusalRecord } from './refusal-log.js';

/** What gateways need to know, whichever Kafka they are in front of. */
export interface IamOptions {
  /** That clients sign for. @default none yet, see `setRoles` */
  region?: string | undefined;
  /** Who may log in. What they may do is for ACLs to say, made through `adminBrokers`. @default no one yet, see `setRoles` */
  roles?: RoleSource | undefined;
  /** Longest session, seconds; a token that ends sooner ends it sooner. @default the token's, up to 900, as on MSK */
  sessionSeconds?: number | undefined;
  /** From a connection to its login; the one who has not logged in by then is cut off. Milliseconds. @default 10 000 */
  loginTimeoutMs?: number | undefined;
  /** Names beside 127.0.0.1 and localhost that clients may call the brokers by. @default none */
  brokerNames?: readonly string[] | undefined;
  /** Told of everything that the gateways refuse, and why. */
  onRefusal?: ((refusal: RefusalRecord) => void) | undefined;
  /** How long the same refusal, again, has the same id and is told once more only. 0: each is told. @default 10 000 */
  refusalWindowMs?: number | undefined;
  /** @default process.env */
  env?: NonNullable<EmbeddedOptions['env']> | undefined;
  /** Time and signal for the whole start, downloads included. @default 180 s */
  deadline?: Deadline | undefined;
  /** Told what is waited for, as short sentences without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}
