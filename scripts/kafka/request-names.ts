import { isIn, versionRange, type MessageDefinition, type MessageField } from './message-definitions.js';

/** Where the names are in one version of a request, in the words of rehearsal/gateway/names/fields.ts. */
export interface NamesInRequest {
  readonly apiKey: number;
  readonly name: string;
  readonly flexibleFrom: number | undefined;
  /** By version. */
  readonly layouts: ReadonlyMap<number, string>;
}

/**
 * Finds the positions of the names of topics, groups and transactional ids, and of the ids of topics, in requests.
 *
 * @param releases definitions of the same requests from several releases, the newest first, because it no longer has
 *   old versions
 */
export function namesInRequests(releases: readonly (readonly MessageDefinition[])[]): NamesInRequest[] {
  const byKey = new Map<number, MessageDefinition[]>();
  for (const one of releases.flat()) byKey.set(one.apiKey, [...(byKey.get(one.apiKey) ?? []), one]);
  return [...byKey.values()]
    .filter(([one]) => one !== undefined && !amongBrokers.test(one.name))
    .flatMap((definitions) => {
      const [newest] = definitions;
      if (newest === undefined) return [];
      const layouts = new Map<number, string>();
      for (const definition of definitions) {
        const [first = 0, last = -1] = versionRange(definition.validVersions) ?? [];
        for (let version = first; version <= last; version += 1) {
          const layout = layoutOf(definition, version);
          if (!layouts.has(version) && layout !== undefined) layouts.set(version, layout);
        }
      }
      if (layouts.size === 0) return [];
      const flexibleFrom = versionRange(newest.flexibleVersions)?.[0];
      return [{ apiKey: newest.apiKey, name: newest.name, flexibleFrom, layouts }];
    })
    .sort((one, other) => one.apiKey - other.apiKey);
}

/** Requests between brokers: a client without ClusterAction is refused, whatever names they contain. */
const amongBrokers = /ShareGroupState|WriteTxnMarkers/;

interface Piece {
  readonly text: string;
  /** True if it contains a name. */
  readonly named: boolean;
}

/** @returns undefined if the request contains no name */
function layoutOf(definition: MessageDefinition, version: number): string | undefined {
  const pieces = piecesOf(definition, definition.fields, version);
  const last = pieces.findLastIndex(({ named }) => named);
  return last < 0
    ? undefined
    : pieces
        .slice(0, last + 1)
        .map(({ text }) => text)
        .join(' ');
}

function piecesOf(definition: MessageDefinition, fields: readonly MessageField[], version: number): Piece[] {
  return fields
    .filter(({ versions, taggedVersions }) => isIn(version, versions) && !isIn(version, taggedVersions))
    .map((field) => pieceOf(definition, field, version));
}

function pieceOf(definition: MessageDefinition, field: MessageField, version: number): Piece {
  const list = field.type.startsWith('[]');
  const type = list ? field.type.slice(2) : field.type;
  const struct = field.fields ?? definition.commonStructs?.find(({ name }) => name === type)?.fields;
  if (struct !== undefined) {
    const pieces = piecesOf(definition, struct, version);
    const inner = pieces.map(({ text }) => text).join(' ');
    const named = pieces.some((piece) => piece.named);
    if (list) return { text: `[ ${inner} ]`, named };
    return { text: isIn(version, field.nullableVersions) ? `{? ${inner} }` : `{ ${inner} }`, named };
  }
  const mark = markOf(definition, field);
  const text = `${type === 'records' ? 'bytes' : type}${mark === undefined ? '' : `=${mark}`}`;
  return { text: list ? `[${text}]` : text, named: mark !== undefined };
}

const entities: Readonly<Record<string, string | undefined>> = {
  topicName: 'topic',
  groupId: 'group',
  transactionalId: 'transaction',
};

function markOf({ name: message }: MessageDefinition, { name, type, entityType }: MessageField): string | undefined {
  // The name with which a page begins was in an earlier response.
  if (message === 'DescribeTopicPartitionsRequest' && name === 'TopicName') return undefined;
  if (message === 'FindCoordinatorRequest' && /^(Key|CoordinatorKeys)$/.test(name)) return 'coordinator';
  if (/Configs/.test(message) && name === 'ResourceName') return 'topic';
  if (type === 'uuid' && name === 'TopicId') return 'topicId';
  if (/Regex$/.test(name) && type.endsWith('string')) return 'topicPattern';
  return entityType === undefined ? undefined : entities[entityType];
}
