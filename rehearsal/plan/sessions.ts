import type { PolicyStatement, Remark } from '../policy/index.js';
import type { FunctionModel, RoleModel } from '../template/index.js';

type Role = Pick<RoleModel, 'arn'>;
type OfRole = Pick<FunctionModel, 'name' | 'logicalId'>;

/** The session in which a function has its role: Lambda gives it the function's name. */
export function sessionArnOf(role: Role, { name }: Pick<OfRole, 'name'>): string {
  return `${sessionsOf(role)}${name}`;
}

/** What the ARNs of all sessions of a role begin with. */
function sessionsOf({ arn }: Role): string {
  const [, partition = '', , , account = '', path = ''] = arn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${path.slice(path.lastIndexOf('/') + 1)}/`;
}

/**
 * The session of a role, as far as the policies distinguish its sessions. Functions that share a role have its rights
 * together, so undefined, which is any session, if a policy names the session of one of them.
 *
 * @param functions those that run with the role
 */
export function knownSession(
  role: Role,
  functions: readonly OfRole[],
  statements: readonly PolicyStatement[],
): string | undefined {
  const sessions = functions.map((one) => sessionArnOf(role, one));
  const isNamed = statements.some(({ principals }) => principals?.aws.some((one) => sessions.includes(one)));
  return isNamed && sessions.length > 1 ? undefined : sessions[0];
}

/** Statements that name sessions of a role which no function has, or which only some of its functions have. */
export function sessionRemarks(
  role: Role,
  functions: readonly OfRole[],
  statements: readonly PolicyStatement[],
): Remark[] {
  const sessions = new Map(functions.map((one) => [sessionArnOf(role, one), one.logicalId]));
  const ids = [...sessions.values()].join(', ');
  return statements.flatMap(({ path, principals }) => {
    const named = principals?.aws.filter((one) => one.startsWith(sessionsOf(role))) ?? [];
    return named.flatMap((one): Remark[] => {
      const at = `${path}.${principals?.not === true ? 'NotPrincipal' : 'Principal'}`;
      const id = sessions.get(one);
      if (id === undefined) {
        const others = `${[...sessions.keys()].join(', ')}: Lambda names it after the function`;
        return [{ path: at, sentence: `${one} is not the session of a function that runs here, which is ${others}` }];
      }
      if (sessions.size === 1) return [];
      return [
        { path: at, sentence: `${one} is the session of ${id}; here it counts for all functions of the role (${ids})` },
      ];
    });
  });
}
