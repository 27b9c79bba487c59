import { actionsMatching, kafkaActionNames, kafkaActions } from '../actions.js';
import { elsewhere } from '../cluster/about.js';
import { explainRuling } from './explain.js';
import { resourceArn } from '../resource-arns.js';
import type { RoleRights } from './rights.js';
import { ruleForRole } from './role-rights.js';

/**
 * Why an action on a resource of a cluster is allowed or denied to a role: one clause without a full stop. If the
 * role may do it on another cluster only, the clause says so.
 *
 * @param name of the topic, group or transactional id; '' for the cluster
 */
export function explainRight(rights: RoleRights, clusterArn: string, action: string, name: string): string {
  const known = kafkaActionNames.find((one) => one === action);
  const kind = known === undefined ? 'cluster' : kafkaActions[known].kind;
  const ruling = ruleForRole(rights, action, resourceArn(clusterArn, kind, name));
  const why = explainRuling(ruling);
  if (ruling.decision !== 'denied' || ruling.layer !== 'own') return why;
  const others = rights.own.statements
    .filter(
      ({ effect, actions }) =>
        effect === 'Allow' && actions.some((one) => actionsMatching(one).some((each) => each === action)),
    )
    .flatMap((statement) => elsewhere(statement, clusterArn));
  if (others.length === 0) return why;
  return `${why}; it is about a cluster other than ${clusterArn}: ${[...new Set(others)].slice(0, 3).join(', ')}`;
}
