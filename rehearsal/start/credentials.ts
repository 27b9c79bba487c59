import { randomBytes } from 'node:crypto';
import type { Caller } from '../aws/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';

/** Of anyone who works with the rehearsed stack. No secret: the port is this machine's own, and is as long as the rehearsal. */
export const userCredentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' } as const;

/** Who that is to AWS. No one else is let in: real credentials that were meant for AWS have no business here. */
export function userOf({ partition, account }: Pick<StackModel, 'partition' | 'account'>): Caller {
  return { accessKeyId: userCredentials.accessKeyId, arn: `arn:${partition}:iam::${account}:user/rehearsal` };
}

/** What a function's role gives it: temporary credentials, made up for one rehearsal. */
export interface FunctionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Who the function is to AWS: its role, and a session by its name. */
  readonly sessionArn: string;
}

/** New ones for every function, by its logical id: two functions that share a role have sessions of their own. */
export function newCredentials({ functions, roles, partition, account }: StackModel): Map<string, FunctionCredentials> {
  const nameOf = new Map(roles.map(({ logicalId, name }) => [logicalId, name]));
  return new Map(
    functions.map(({ logicalId, role, name }) => [
      logicalId,
      {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        sessionArn: `arn:${partition}:sts::${account}:assumed-role/${nameOf.get(role) ?? role}/${name}`,
      },
    ]),
  );
}

/** The variables that Lambda puts them into. */
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
