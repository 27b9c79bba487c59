import { pubsub_error } from '../../src/base/error.js';
import { InTurn } from '../../src/base/in-turn.js';
import { aclKey, type AclEntry } from '../../src/kafka/admin/acls.js';
import type { IamAccess, NameWatch, RequestNames } from '../gateway/index.js';
import { compileAcls, nextChangeMs, type NamedKind, type RoleAcls, type RoleRights } from '../policy/index.js';
import { aclKafka, type AclKafka } from './acl-kafka.js';

/** Names of one kind that occurred in a role's requests. */
type SeenNames = Record<NamedKind, Set<string>>;

interface EnforcedRole {
  readonly rights: RoleRights;
  acls: RoleAcls;
  readonly seen: SeenNames;
  /** Ids of topics whose names are all decided. */
  readonly topicIds: Set<string>;
}

/** The number of ids that are kept; to look one up again costs one listing. */
const MOST_TOPIC_IDS = 10_000;
/** After a timed change that failed. */
const RETRY_MS = 5_000;
/** The longest delay of a Node timer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Makes a Kafka grant to roles what their policies allow, and nothing else. Entries for families of names do most of
 * it. Names for which these do not suffice get entries of their own: when a request first contains such a name,
 * before the request continues.
 */
export class EnforcedRights implements NameWatch, AsyncDisposable {
  #roles = new Map<string, EnforcedRole>();
  #clusterArn = '';
  /** The entries in force, by key. */
  readonly #entries = new Map<string, AclEntry>();
  /** Those of them that existed before. */
  readonly #found = new Set<string>();
  /** Entries that are being created, by key. */
  readonly #coming = new Map<string, Promise<void>>();
  readonly #changes = new InTurn();
  #disposed = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param kafka whose ACLs are changed
   * @param onFailure called if conditions on the time have changed what is granted, and the change could not be applied.
   * It is tried again
   */
  constructor(
    private readonly kafka: AclKafka,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** The brokers behind these gateways decide by the rights that are set, also for names that only requests show. */
  static behind(
    access: Pick<IamAccess, 'adminBrokers' | 'watchNames'>,
    onFailure: (error: unknown) => void,
  ): EnforcedRights {
    const rights = new EnforcedRights(aclKafka(access.adminBrokers), onFailure);
    access.watchNames(rights);
    return rights;
  }

  /** The entries that this object has created: they must be removed from a Kafka that others use too. */
  get made(): readonly AclEntry[] {
    return [...this.#entries].flatMap(([key, entry]) => (this.#found.has(key) ? [] : entry));
  }

  /**
   * From now on these roles have these rights. All other rights of these roles, and of the previous roles, are
   * removed.
   *
   * @param names the names that will be used, as far as they are known: they are decided now
   * @returns entries of the roles that existed before and that no policy allows. They were removed, because they
   * would have granted more than the policies
   */
  set(
    roles: readonly RoleRights[],
    clusterArn: string,
    names: Partial<Record<NamedKind, readonly string[]>> = {},
    signal?: AbortSignal,
  ): Promise<readonly AclEntry[]> {
    return this.#next(async () => {
      const before = this.#roles;
      this.#clusterArn = clusterArn;
      this.#roles = new Map(
        roles.map((rights) => {
          const { seen, topicIds } = before.get(rights.arn) ?? { seen: noNames(), topicIds: new Set<string>() };
          for (const [kind, some = []] of Object.entries(names))
            for (const one of some) seen[kind as NamedKind].add(one);
          return [rights.arn, { rights, acls: compileAcls(rights, clusterArn), seen, topicIds }];
        }),
      );
      const principals = [...new Set([...before.keys(), ...this.#roles.keys()])].map((arn) => `User:${arn}`);
      const there = new Map((await this.kafka.list(principals, signal)).map((entry) => [aclKey(entry), entry]));
      const ours = new Set(this.#entries.keys());
      const { kept, removed } = await this.#replace(there, signal);
      for (const key of kept) if (!ours.has(key)) this.#found.add(key);
      return removed.filter((entry) => !ours.has(aclKey(entry)));
    });
  }

  watches(roleArn: string): boolean {
    return (this.#roles.get(roleArn)?.acls.namesToDecide.size ?? 0) > 0;
  }

  decide(roleArn: string, names: RequestNames): Promise<void> | undefined {
    const role = this.#roles.get(roleArn);
    if (role === undefined || role.acls.namesToDecide.size === 0) return undefined;
    const { namesToDecide: kinds } = role.acls;
    const ids = [...names.topicIds].filter((id) => !role.topicIds.has(id));
    const everyTopic = kinds.has('topic') && (names.everyTopic || ids.length > 0);
    const everyGroup = kinds.has('group') && names.everyGroup;
    if (!everyTopic && !everyGroup) return this.#decideNames(role, names);
    return this.#decideAll(role, names, { everyTopic, everyGroup, ids });
  }

  /** Changes nothing more. Removes no entries: that is left to the owner of the Kafka. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#changes.ended();
  }

  async #decideAll(
    role: EnforcedRole,
    names: RequestNames,
    { everyTopic, everyGroup, ids }: { everyTopic: boolean; everyGroup: boolean; ids: readonly string[] },
  ): Promise<void> {
    const [topics, groups] = await Promise.all([
      everyTopic ? this.kafka.topics() : [],
      everyGroup ? this.kafka.groups() : [],
    ]);
    await this.#decideNames(role, {
      topics: new Set([...names.topics, ...topics]),
      groups: new Set([...names.groups, ...groups]),
      transactionalIds: names.transactionalIds,
    });
    if (role.topicIds.size > MOST_TOPIC_IDS) role.topicIds.clear();
    for (const id of ids) role.topicIds.add(id);
  }

  #decideNames(
    { acls, seen }: EnforcedRole,
    names: Pick<RequestNames, 'topics' | 'groups' | 'transactionalIds'>,
  ): Promise<void> | undefined {
    const kinds = [
      ['topic', names.topics],
      ['group', names.groups],
      ['transactional-id', names.transactionalIds],
    ] as const;
    const waits: Promise<void>[] = [];
    const missing: AclEntry[] = [];
    for (const [kind, some] of kinds) {
      if (!acls.namesToDecide.has(kind)) continue;
      for (const name of some) {
        for (const entry of acls.entriesFor(kind, name)) {
          seen[kind].add(name);
          const key = aclKey(entry);
          const coming = this.#coming.get(key);
          if (coming !== undefined) waits.push(coming);
          else if (!this.#entries.has(key)) missing.push(entry);
        }
      }
    }
    if (missing.length > 0) waits.push(this.#add(missing));
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  #add(entries: readonly AclEntry[]): Promise<void> {
    const adding = this.#next(async () => {
      await this.kafka.change(entries, []);
      for (const entry of entries) this.#entries.set(aclKey(entry), entry);
    }).finally(() => {
      for (const entry of entries) this.#coming.delete(aclKey(entry));
    });
    for (const entry of entries) this.#coming.set(aclKey(entry), adding);
    return adding;
  }

  /** Replaces all entries by those that follow from the roles' rights and from the names that occurred. */
  async #replace(
    there: ReadonlyMap<string, AclEntry>,
    signal: AbortSignal | undefined,
  ): Promise<{ kept: string[]; removed: AclEntry[] }> {
    const wanted = new Map([...this.#roles.values()].flatMap(entriesOf).map((entry) => [aclKey(entry), entry]));
    const made = [...wanted].flatMap(([key, entry]) => (there.has(key) ? [] : entry));
    const removed = [...there].flatMap(([key, entry]) => (wanted.has(key) ? [] : entry));
    await this.kafka.change(made, removed, signal);
    this.#entries.clear();
    for (const [key, entry] of wanted) this.#entries.set(key, entry);
    this.#plan();
    return { kept: [...wanted.keys()].filter((key) => there.has(key)), removed };
  }

  /**
   * Conditions may depend on the time: the entries are computed again when a decision changes.
   * @param latestMs wall clock, milliseconds: the entries are computed again at this time at the latest
   */
  #plan(latestMs = Infinity): void {
    clearTimeout(this.#timer);
    if (this.#disposed) return;
    const now = Date.now();
    const changes = [...this.#roles.values()].map(({ rights }) => nextChangeMs(rights, now) ?? Infinity);
    const at = Math.min(latestMs, ...changes);
    if (at === Infinity) return;
    this.#timer = setTimeout(() => this.#follow(), Math.min(at - now, LONGEST_MS)).unref();
  }

  /** Applies what the time has changed. */
  #follow(): void {
    this.#next(async () => {
      for (const role of this.#roles.values()) role.acls = compileAcls(role.rights, this.#clusterArn);
      await this.#replace(new Map(this.#entries), undefined);
    }).catch((error: unknown) => {
      if (this.#disposed) return;
      this.#plan(Date.now() + RETRY_MS);
      this.onFailure(error);
    });
  }

  /** One change at a time, and none after the end. */
  #next<T>(change: () => Promise<T>): Promise<T> {
    return this.#changes.run(() => {
      if (!this.#disposed) return change();
      throw new pubsub_error('aborted', 'rehearsal', 'the rights of the policies are no longer enforced');
    });
  }
}

function entriesOf({ acls, seen }: EnforcedRole): AclEntry[] {
  return [
    ...acls.entries,
    ...(Object.entries(seen) as [NamedKind, Set<string>][]).flatMap(([kind, names]) =>
      [...names].flatMap((name) => acls.entriesFor(kind, name)),
    ),
  ];
}

function noNames(): SeenNames {
  return { topic: new Set(), group: new Set(), 'transactional-id': new Set() };
}
