import { functionNames } from '../../lambda/functions.js';
import { localGroupPrefix, sanityTopics } from '../../local/functions/index.js';
import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { describeGroups, isUsing } from '../../src/kafka/admin/groups.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

/** A group that uses the topics of a run and belongs to no sanity run. */
export interface ForeignGroup {
  readonly group: string;
  /** 0: it has only committed positions, and may come back. */
  readonly members: number;
}

export interface FoundGroups {
  readonly foreign: readonly ForeignGroup[];
  /** The names of groups that may be listed, but not described. */
  readonly denied: readonly string[];
}

/**
 * Groups other than those of sanity runs that read the topics, or have ever committed a position in them: a production
 * worker must never receive our frames, not even when it starts again.
 */
export async function foreignGroups(settings: config, deadline: Deadline): Promise<FoundGroups> {
  const names = [settings.topics.worker, settings.topics.reply_to];
  const { groups, denied } = await describeGroups(kafkaConnection(settings), deadline);
  const isOwnTopics = Object.values(sanityTopics).every((name) => names.includes(name));
  const foreign = groups
    .filter((facts) => isUsing(facts, names) && !(isOwnTopics ? ofFunctions : ofRuns).test(facts.group))
    .map(({ group, members }) => ({ group, members: members.length }));
  return { foreign, denied };
}

/** Groups of sanity runs: they skip the frames of other runs. */
const ofRuns = groupNames('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}');
/** … and of functions that were invoked by hand, with run ids of any form. */
const ofFunctions = groupNames('[a-zA-Z0-9-]+');

function groupNames(runId: string): RegExp {
  return new RegExp(`^(${functionNames.map(localGroupPrefix).join('|')})-${runId}$`);
}
