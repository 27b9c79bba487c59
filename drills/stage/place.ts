import type { Admin } from 'kafkajs';
import type { config_input } from '../../src/index.js';
import type { Weather } from '../network/weather.js';

/** A Kafka as a world of a drill uses it. */
export interface Place {
  /** How its clients connect; their client ids are added. */
  readonly connection: config_input['connection'];
  readonly names?: { readonly suffix: string; readonly goneFile: string };
  /** Environment of its processes. */
  readonly variables: Readonly<Record<string, string>>;
  readonly withAdmin: <T>(act: (admin: Admin) => Promise<T>) => Promise<T>;
  /** Called before the processes start, with the names that they will use. */
  readonly prepare?: (names: { topics: readonly string[]; groups: readonly string[] }) => Promise<void>;
  /** Where proxies are in between. */
  readonly weather?: Weather;
}
