import type { EmbeddedOptions } from '../../local/kafka/index.js';
import type { Deadline } from '../../src/base/deadline.js';
import type { RoleSource } from './login/roles.js';
import type { RefusalRecord } from './refusal-log.js';

/** What gateways need to know, whichever Kafka they are in front of. */
export interface IamOptions {
  /** The region that clients sign for. @default none yet, see `setRoles` */
  region?: string | undefined;
  /**
   * The roles that may log in. ACLs, which are created through `adminBrokers`, decide what they may do. @default none
   * yet, see `setRoles`
   */
  roles?: RoleSource | undefined;
  /**
   * The longest session, in seconds; a token that expires earlier ends it earlier. @default until the token expires,
   * up to 900, as on MSK
   */
  sessionSeconds?: number | undefined;
  /**
   * The time from a connection to its login, milliseconds; a client that has not logged in by then is disconnected.
   * @default 10 000
   */
  loginTimeoutMs?: number | undefined;
  /** Host names of the brokers for clients, besides 127.0.0.1 and localhost. @default none */
  brokerNames?: readonly string[] | undefined;
  /** Called for everything that the gateways refuse, with the reason. */
  onRefusal?: ((refusal: RefusalRecord) => void) | undefined;
  /**
   * For how long a repeated refusal keeps its id and is reported only once more. 0: each one is reported. @default 10
   * 000
   */
  refusalWindowMs?: number | undefined;
  /** @default process.env */
  env?: NonNullable<EmbeddedOptions['env']> | undefined;
  /** Time limit and signal for the whole start, downloads included. @default 180 s */
  deadline?: Deadline | undefined;
  /** Called with what the start waits for, as short sentences without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}
