import { bodyOf, isFlexible, type RequestHead } from '../protocol/requests.js';
import { parseLayout, readNames, type Layout, type NameMark } from './fields.js';
import { requestLayouts } from './layouts.js';

/** The names in a request on which the client's rights may depend. */
export interface RequestNames {
  readonly topics: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly transactionalIds: ReadonlySet<string>;
  /** Topics that the request names by id, as hexadecimal digits. */
  readonly topicIds: ReadonlySet<string>;
  /** Whether the answer depends on every existing topic: a listing, a pattern. */
  readonly everyTopic: boolean;
  readonly everyGroup: boolean;
}

const LIST_GROUPS = 16;
const METADATA = 3;

/** Whether a request may name topics, groups or transactional ids, or ask for all of them. */
export function canName({ apiKey }: Pick<RequestHead, 'apiKey'>): boolean {
  return apiKey === LIST_GROUPS || requestLayouts[apiKey] !== undefined;
}

/** The id of no topic: it means that the request names the topic by name. */
const NO_ID = '0'.repeat(32);
/** Requests in which a missing list of topics means all topics; in the oldest Metadata version an empty list does. */
const allWithout: Readonly<Record<number, (list: 'empty' | 'null', version: number) => boolean>> = {
  [METADATA]: (list, version) => list === 'null' || version === 0,
  // OffsetFetch
  9: (list) => list === 'null',
  // DescribeTopicPartitions
  75: () => true,
};

/**
 * The names in a whole request, without its size. If the version is unknown: no names, and possibly all.
 *
 * @throws MalformedMessage
 */
export function namesIn(request: Buffer, head: RequestHead): RequestNames {
  const { apiKey, version } = head;
  const sets: Record<'topic' | 'group' | 'transaction' | 'topicId', Set<string>> = {
    topic: new Set(),
    group: new Set(),
    transaction: new Set(),
    topicId: new Set(),
  };
  const layout = layoutOf(apiKey, version);
  let everyTopic = layout === undefined && apiKey !== LIST_GROUPS;
  if (layout !== undefined) {
    readNames(layout, bodyOf(request, head), isFlexible(head), {
      name: (mark, name) => {
        if (mark === 'topicPattern') everyTopic ||= name !== '';
        else for (const kind of kinds[mark]) sets[kind].add(name);
      },
      none: (mark, list) => {
        if (kinds[mark].some((kind) => kind === 'topic' || kind === 'topicId')) {
          everyTopic ||= allWithout[apiKey]?.(list, version) === true;
        }
      },
    });
  }
  sets.topicId.delete(NO_ID);
  return {
    topics: sets.topic,
    groups: sets.group,
    transactionalIds: sets.transaction,
    topicIds: sets.topicId,
    everyTopic,
    everyGroup: layout === undefined,
  };
}

const kinds: Readonly<Record<NameMark, readonly ('topic' | 'group' | 'transaction' | 'topicId')[]>> = {
  topic: ['topic'],
  topicId: ['topicId'],
  topicPattern: ['topic'],
  group: ['group'],
  transaction: ['transaction'],
  coordinator: ['group', 'transaction'],
};

const parsed = new Map<string, Layout>();

function layoutOf(apiKey: number, version: number): Layout | undefined {
  const known = requestLayouts[apiKey];
  if (known === undefined || version > known.last) return undefined;
  const text = Object.entries(known.from).findLast(([from]) => Number(from) <= version)?.[1];
  if (text === undefined) return undefined;
  const layout = parsed.get(text) ?? parseLayout(text);
  parsed.set(text, layout);
  return layout;
}
