import type { Deadline } from '../../src/base/deadline.js';
import type { Watchdog } from '../os/watchdog.js';

/** What every step of a start shares: whose environment counts, until when, whom to tell, and who cleans up. */
export interface StartContext {
  /** Variables that are looked at (`PATH`, `JAVA_HOME`, `KAFKA_VERSION`, …); nothing reads `process.env` by itself. */
  env: Environment;
  /** Ends every wait, with the caller's signal inside. */
  deadline: Deadline;
  /** Told, as short sentences without a full stop, what is waited for. */
  onProgress: (sentence: string) => void;
  watchdog: Watchdog;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Something this machine lacks, said in a way that fits after "because": no capital, no full stop. */
export interface Missing {
  missing: string;
}

export function isMissing(value: object): value is Missing {
  return 'missing' in value;
}
