import type { Topics } from '../../local/functions/index.js';
import type { config } from '../../src/index.js';
import type { Failure } from '../failure.js';
import type { FoundGroups } from '../targets/foreign-groups.js';
import { fail, pass, warn, type Finding } from './check.js';
import { deniedGroups } from './denied-reads.js';

/** The options of a local run that decide which topics it uses, and beside which groups. */
export interface TopicChoice {
  /** Those that were named. */
  readonly topics?: Partial<Topics> | undefined;
  readonly allowForeignGroups: boolean;
}

/** A broker can be reached, and yet the groups could not be read. */
export function groupsNotRead(
  { evidence }: Failure,
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups }: TopicChoice,
): Finding {
  const sentence = `the groups that may use ${worker} or ${reply_to} could not be read: ${evidence}`;
  if (allowForeignGroups)
    return warn(sentence, 'If other groups use these topics, they receive the frames of this run.');
  return fail(
    'run_refused',
    `${sentence}; nothing was written, because such groups would receive the frames of this run`,
    'Try again when the brokers answer, or continue with --allow-foreign-groups.',
  );
}

export function foreignGroupsFinding(
  { foreign: groups, denied }: FoundGroups,
  { topics: { worker, reply_to } }: config,
  { allowForeignGroups, topics: own }: TopicChoice,
): Finding {
  const hidden = denied.length === 0 ? '' : ` (not looked at, because ${deniedGroups(denied)})`;
  if (groups.length === 0) {
    // A group of a service may be one of them. The run's own topics are used by sanity runs only.
    if (denied.length > 0 && own !== undefined) {
      const sentence = `no group that this identity may describe uses ${worker} or ${reply_to}${hidden}`;
      const hint = 'If one of these groups uses the topics, it receives the frames of this run.';
      if (allowForeignGroups) return warn(sentence, hint);
      return fail('run_refused', sentence, `${hint} Grant describing them, or continue with --allow-foreign-groups.`);
    }
    return pass(`no other group reads ${worker} or ${reply_to}, or has committed there${hidden}`);
  }
  const names = groups
    .map(({ group, members }) => (members === 0 ? `${group} (no members now, but committed positions)` : group))
    .join(', ');
  if (allowForeignGroups) {
    return warn(
      `used by ${names}${hidden}`,
      'These groups receive the frames of this run. Their programs must skip records that have a run-id header.',
    );
  }
  return fail(
    'run_refused',
    `${worker} or ${reply_to} ${groups.length === 1 ? 'is used by another group' : 'are used by other groups'}${hidden}: ${names}; ${groups.length === 1 ? 'it' : 'they'} would receive the frames of this run`,
    `${otherTopics(own)}, or continue with --allow-foreign-groups.`,
  );
}

/** Names only options that were given. */
export function otherTopics(given: TopicChoice['topics']): string {
  const options = [
    ...(given?.worker === undefined ? [] : ['--worker-topic']),
    ...(given?.reply_to === undefined ? [] : ['--reply-topic']),
  ];
  if (options.length === 0) return 'Name other topics for the run with --worker-topic and --reply-topic';
  return `Leave out ${options.join(' and ')} to use the run’s own topics`;
}
