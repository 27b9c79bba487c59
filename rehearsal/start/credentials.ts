import { randomBytes } from 'node:crypto';
import { sessionArnOf } from '../plan/sessions.js';
import type { Caller } from '../aws/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';

/**
 * The credentials of users of the rehearsed stack. They are not secret: the port is on the loopback interface, and
 * exists as long as the rehearsal.
 */
export const userCredentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' } as const;

/** The caller with these credentials. Others are refused: real AWS credentials must not be used here. */
export function userOf({ partition, account }: Pick<StackModel, 'partition' | 'account'>): Caller {
  return { accessKeyId: userCredentials.accessKeyId, arn: `arn:${partition}:iam::${account}:user/rehearsal` };
}

/** A function's temporary credentials from its role, created for one rehearsal. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The function's identity in AWS: its role, with a session that has its name. */
  readonly sessionArn: string;
}

/** New credentials for every function, by its logical id: two functions that share a role have their own sessions. */
export function newFunctionCredentials({ functions, roles }: StackModel): Map<string, FunctionCredentials> {
  const roleOf = new Map(roles.map((role) => [role.logicalId, role]));
  return new Map(
    functions.map((one) => {
      const role = roleOf.get(one.role);
      if (role === undefined) throw new RangeError(`no role for function ${one.logicalId}`);
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        sessionArn: sessionArnOf(role, one),
      };
      return [one.logicalId, credentials];
    }),
  );
}

/** The variables in which Lambda passes them. */
export function credentialVariables(
  credentials: ReadonlyMap<string, FunctionCredentials>,
  { logicalId }: FunctionModel,
): Record<string, string> {
  const own = credentials.get(logicalId);
  if (own === undefined) throw new RangeError(`no credentials for function ${logicalId}`);
  return {
    AWS_ACCESS_KEY_ID: own.accessKeyId,
    AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
    AWS_SESSION_TOKEN: own.sessionToken,
  };
}
