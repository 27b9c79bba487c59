import { pubsub_error } from '../../base/error.js';

/** One problem of a configuration. */
export interface ConfigProblem {
  /** The environment variable, or the setting's path. */
  key: string;
  /** Continues the key: "is 70000; it takes 1 to 65535". */
  message: string;
  suggestion?: string | undefined;
}

/** All problems in one error, so that they can be corrected together. */
export function configError(problems: readonly ConfigProblem[]): pubsub_error {
  const lines = problems.map(({ key, message, suggestion }) =>
    suggestion === undefined ? `${key} ${message}` : `${key} ${message} (${suggestion})`,
  );
  return new pubsub_error('config_invalid', 'config', lines.join('; '), {
    hint: 'docs/configuration.md (in the package “easy-pubsub”) lists every key, its default and its consequence.',
    details: { problems },
  });
}
