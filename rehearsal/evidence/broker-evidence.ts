import type { KafkaActionName } from '../policy/actions.js';
import type { AuthorizerDecision } from './authorizer-line.js';

/** A right that a broker has checked, or never checked. */
export interface SeenRight {
  readonly role: string;
  readonly action: KafkaActionName;
  /** Name of the topic or group; '' for the cluster. */
  readonly resource: string;
}

/** What the logs of the brokers say about a run. */
export interface BrokerEvidence {
  /** Denials, each with the requests that were denied. */
  readonly denied: readonly (SeenRight & { readonly requests: readonly string[] })[];
  /** Rights that are granted, and that no step has used. */
  readonly never_used: readonly SeenRight[];
}

export interface EvidenceSources {
  readonly decisions: readonly AuthorizerDecision[];
  /** Roles that the gateway refused because Connect is not granted. */
  readonly refusedLogins: readonly string[];
  /** Roles whose policy grants Connect. */
  readonly mayConnect: readonly string[];
  /** What the policies grant on the topics, and on the groups of the run; other groups belong to other runs. */
  readonly granted: readonly SeenRight[];
}

/** Pure. */
export function brokerEvidence(sources: EvidenceSources): BrokerEvidence {
  const { decisions, refusedLogins, mayConnect } = sources;
  const denied = new Map<string, SeenRight & { requests: Set<string> }>();
  const used = new Set<string>();
  for (const { principal: role, allowed, action, resource, request } of decisions) {
    const right = { role, action, resource };
    if (allowed) used.add(keyOf(right)).add(keyOf(connect(role)));
    else {
      const known = denied.get(keyOf(right)) ?? { ...right, requests: new Set<string>() };
      denied.set(keyOf(right), known);
      known.requests.add(request);
    }
  }
  for (const role of refusedLogins) {
    denied.set(keyOf(connect(role)), { ...connect(role), requests: new Set(['SaslAuthenticate']) });
  }
  const granted = [...mayConnect.map(connect), ...sources.granted];
  return {
    denied: [...denied.values()].map(({ requests, ...right }) => ({ ...right, requests: [...requests].sort() })),
    never_used: granted.filter((right) => !used.has(keyOf(right))),
  };
}

function connect(role: string): SeenRight {
  return { role, action: 'kafka-cluster:Connect', resource: '' };
}

function keyOf({ role, action, resource }: SeenRight): string {
  return JSON.stringify([role, action, resource]);
}
