import { bodyOf, isFlexible, type RequestHead } from '../protocol/requests.js';
import { parseLayout, readNames, type Layout, type NameMark } from './fields.js';
import { requestLayouts } from './layouts.js';

/** What a request is about, as far as someone's rights on it depend on names. */
export interface RequestNames {
  readonly topics: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly transactionalIds: ReadonlySet<string>;
  /** Topics that are meant by their ids, as hexadecimal digits. */
  readonly topicIds: ReadonlySet<string>;
  /** Whether the answer depends on every topic that there is: a listing, a pattern. */
  readonly everyTopic: boolean;
  readonly everyGroup: boolean;
}

const LIST_GROUPS = 16;
const METADATA = 3;

/** Whether a request may name topics, groups or transactional ids, or ask for all of them. */
export function mayName({ apiKey }: Pick<RequestHead, 'apiKey'>): boolean {
  return apiKey === LIST_GROUPS || requestLayouts[apiKey] !== undefined;
}

/** No topic's: in requests that name topics by name or by id, it says that it is by name. */
const NO_ID = '0'.repeat(32);
/** Requests in which no list of topics means all of them; in the oldest Metadata an empty one does. */
const allWithout: Readonly<Record<number, (list: 'empty' | 'null', version: number) => boolean>> = {
  [METADATA]: (list, version) => list === 'null' || version === 0,
  // OffsetFetch
  9: (list) => list === 'null',
  // DescribeTopicPartitions
  75: () => true,
};

/**
 * The names in a whole request, without its size. Of a version that is not known, nothing but that it may be about
 * everything.
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
