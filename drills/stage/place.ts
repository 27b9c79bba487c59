import type { Admin } from 'kafkajs';
import type { config_input } from '../../src/index.js';
import type { Weather } from '../network/weather.js';

/** A Kafka cluster, as a world of a drill uses it. */
export interface Place {
  /** The connection settings of its clients, without their client ids. */
  readonly connection: config_input['connection'];
  readonly names?: { readonly suffix: string; readonly goneFile: string };
  /** The environment of its processes. */
  readonly variables: Readonly<Record<string, string>>;
  readonly withAdmin: <T>(act: (admin: Admin) => Promise<T>) => Promise<T>;
  /** Called before the processes start, with the names that they will use. */
  readonly prepare?: (names: { topics: readonly string[]; groups: readonly string[] }) => Promise<void>;
  /** If there are proxies. */
  readonly weather?: Weather;
}
