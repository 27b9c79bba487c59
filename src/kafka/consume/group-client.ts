import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import { throwIfError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { LOG_END, LOG_START, logOffsets } from '../client/log-offsets.js';
import { decodeSubscription } from './consumer-protocol.js';
import { isAboutCoordinator, type Coordinator } from './coordinator.js';
import { decodeMemberData, type MemberData } from './member-data.js';
import type { LogPosition } from './leader-epochs.js';
import type { GenerationOfMember } from './member-generation.js';
import { isReplaced } from './topic-id.js';

/**
 * The metadata of a commit: the topic's id, because a position is valid only for the log that it is of, and the epoch of
 * the record before it, from which a leader knows whether its log has lost records. The epoch comes first: earlier
 * versions understand only metadata that is nothing but an id, and must not take both for the id of another topic.
 */
const EPOCH = 'leader-epoch=';
const TOPIC_ID = 'topic-id=';
const metadataOf = (topicId: string | undefined, epoch: number | undefined): string =>
  [epoch === undefined ? [] : `${EPOCH}${epoch}`, topicId === undefined ? [] : TOPIC_ID + topicId].flat().join(';');
/** Undefined for a commit of another program, and if the value was not known. */
const valueIn = (metadata: string, name: string): string | undefined =>
  metadata
    .split(';')
    .find((field) => field.startsWith(name))
    ?.slice(name.length);
const epochIn = (metadata: string): number | undefined => {
  const text = valueIn(metadata, EPOCH) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
};

/** What a group has committed for a partition. */
export interface CommittedPosition extends LogPosition {
  /**
   * True: the offset is of another topic: one of the same name that was deleted, or the source from which a tool has
   * copied the commit. It means nothing in this topic.
   */
  readonly isOfOtherTopic: boolean;
}

/** A member as the coordinator of the group knows it. */
export interface GroupMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  readonly data: MemberData;
}

/** Reads the offsets of one topic and the state of one group, and commits offsets. Sends each request once. */
export class GroupClient {
  readonly topic: string;
  readonly group: string;
  readonly #cluster: Cluster;
  readonly #coordinator: Coordinator;

  constructor(cluster: Cluster, coordinator: Coordinator, names: { topic: string; group: string }) {
    this.#cluster = cluster;
    this.#coordinator = coordinator;
    this.topic = names.topic;
    this.group = names.group;
  }

  /** Undefined: the brokers give topics no ids. */
  get topicId(): string | undefined {
    return this.#cluster.topic?.topicId;
  }

  partitionIds(): number[] {
    return (this.#cluster.topic?.partitions ?? []).map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /** Those that have a leader, as of the last metadata. */
  led(partitions: readonly number[]): number[] {
    return partitions.filter((partition) => this.#cluster.leaderOf(partition) !== undefined);
  }

  /** The offset that the next record gets, per partition. */
  ends(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#list(partitions, LOG_END);
  }

  /** The oldest offset that still exists, per partition. */
  starts(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#list(partitions, LOG_START);
  }

  /** The first offset whose record is not older than this wall-clock time; partitions without one are left out. */
  async since(partitions: readonly number[], wallMs: number): Promise<Map<number, number>> {
    const found = await this.#list(partitions, Math.floor(wallMs));
    return new Map([...found].filter(([, offset]) => offset >= 0));
  }

  /** The offsets that the group has committed. Undefined for a partition without a commit. */
  async committed(partitions: readonly number[]): Promise<Map<number, CommittedPosition | undefined>> {
    const answer = await this.#ask('offsetFetch', { group: this.group, topic: this.topic, partitions });
    this.#check(answer.error);
    const found = new Map<number, CommittedPosition | undefined>(partitions.map((partition) => [partition, undefined]));
    for (const [partition, { error, offset, metadata }] of answer.partitions) {
      this.#check(error);
      const isOfOtherTopic = isReplaced(valueIn(metadata, TOPIC_ID), this.topicId);
      if (offset >= 0) found.set(partition, { offset, epoch: epochIn(metadata), isOfOtherTopic });
    }
    return found;
  }

  /** Commits offsets under a membership. */
  async commit(offsets: ReadonlyMap<number, LogPosition>, { memberId, generation }: GenerationOfMember): Promise<void> {
    const { topicId } = this;
    const { errors } = await this.#ask('offsetCommit', {
      group: this.group,
      topic: this.topic,
      memberId,
      generation,
      offsets: new Map(
        [...offsets].map(([partition, { offset, epoch }]) => [
          partition,
          { offset, metadata: metadataOf(topicId, epoch) },
        ]),
      ),
    });
    for (const error of errors.values()) this.#check(error);
  }

  /** The members and the data that they sent when they joined; undefined while the group is rebalancing. */
  async members(): Promise<readonly GroupMember[] | undefined> {
    const [group] = await this.#ask('describeGroups', { groups: [this.group] });
    this.#check(group?.error);
    if (group?.state !== 'Stable') return undefined;
    return group.members.map(({ memberId, metadata }) => {
      const subscription = decodeSubscription(metadata);
      return {
        memberId,
        topics: subscription?.topics ?? [],
        data: decodeMemberData(subscription?.userData),
      };
    });
  }

  #ask<A extends ApiName>(api: A, body: BrokerApis[A]['request']): Promise<BrokerApis[A]['answer']> {
    return this.#coordinator.ask('data', api, body);
  }

  #check(error: string | undefined): void {
    if (isAboutCoordinator(error)) this.#coordinator.forget();
    throwIfError(error);
  }

  #list(partitions: readonly number[], timestamp: number): Promise<Map<number, number>> {
    return logOffsets(this.#cluster, this.topic, partitions, timestamp);
  }
}

/** What is needed to find positions. */
export type GroupReader = Omit<GroupClient, 'commit'>;
