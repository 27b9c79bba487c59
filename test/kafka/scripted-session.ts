import type { ConsumerSession } from '../../src/kafka/consumer-session.js';
import type { MemberData } from '../../src/kafka/member-data.js';

type Offsets = ReadonlyMap<number, number>;

/** A group as its members see it, whose answers the test gives. */
export class ScriptedSession {
  /** The partitions of the topic. */
  partitions = [0, 1, 2, 3];
  readonly ends = new Map<number, number>();
  readonly starts = new Map<number, number>();
  /** The answers to `offsetsSince`, and what it was asked. */
  readonly since = new Map<number, number>();
  readonly askedSince: number[] = [];
  /** What the group has committed. */
  readonly store = new Map<number, number>();
  group: MemberData[] | undefined = [];
  /** Every commit that was begun, in order. */
  readonly commits: Record<number, number>[] = [];
  /** What the next commits do instead of succeeding. */
  readonly committing: (() => Promise<boolean>)[] = [];
  /** Called before `committed` answers: the world goes on while somebody polls. */
  onCommitted: () => void = () => undefined;
  readonly moves: string[] = [];
  readonly stopping = new AbortController();
  start: (started: boolean) => void = () => undefined;
  readonly started = new Promise<boolean>((resolve) => (this.start = resolve));

  /** The class has private fields, so that nothing else counts as one; what its users touch is here. */
  get session(): ConsumerSession {
    return this as unknown as ConsumerSession;
  }

  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  partitionIds(): number[] {
    return this.partitions;
  }

  async endOffsets(partitions: readonly number[]): Promise<Offsets> {
    return pick(this.ends, partitions);
  }

  async startOffsets(partitions: readonly number[]): Promise<Offsets> {
    return pick(this.starts, partitions);
  }

  async offsetsSince(partitions: readonly number[], wallMs: number): Promise<Offsets> {
    this.askedSince.push(wallMs);
    return pick(this.since, partitions);
  }

  async committed(partitions: readonly number[]): Promise<Map<number, number | undefined>> {
    this.onCommitted();
    return new Map(partitions.map((partition) => [partition, this.store.get(partition)]));
  }

  async members(): Promise<MemberData[] | undefined> {
    return this.group;
  }

  async commit(offsets: Offsets): Promise<boolean> {
    this.commits.push(Object.fromEntries(offsets));
    if (!((await this.committing.shift()?.()) ?? true)) return false;
    for (const [partition, offset] of offsets) this.store.set(partition, offset);
    return true;
  }

  seek(partition: number, offset: number): void {
    this.moves.push(`seek ${partition} to ${offset}`);
  }

  pause(partitions: readonly number[]): void {
    if (partitions.length > 0) this.moves.push(`pause ${partitions.join(' ')}`);
  }

  resume(partitions: readonly number[]): void {
    if (partitions.length > 0) this.moves.push(`resume ${partitions.join(' ')}`);
  }
}

function pick(offsets: Offsets, partitions: readonly number[]): Map<number, number> {
  return new Map([...offsets].filter(([partition]) => partitions.includes(partition)));
}
