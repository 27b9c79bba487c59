import type { Deadline } from '../../src/base/deadline.js';
import type { Watchdog } from '../os/watchdog.js';

/** The common context of all parts of a start: environment, deadline, progress and watchdog. */
export interface StartContext {
  /** The environment (`PATH`, `JAVA_HOME`, `KAFKA_VERSION`, …); `process.env` is not read elsewhere. */
  env: Environment;
  /** Ends every wait; it includes the caller's signal. */
  deadline: Deadline;
  /** Called with what is waited for, as short phrases without a full stop. */
  onProgress: (sentence: string) => void;
  watchdog: Watchdog;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Something that this machine lacks, as a phrase that follows "because": no capital, no full stop. */
export interface Missing {
  missing: string;
}

export function isMissing(value: object): value is Missing {
  return 'missing' in value;
}
