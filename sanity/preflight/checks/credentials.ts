import { CREDENTIALS_HINT } from '../../../aws/error.js';
import { fail, pass, warn } from '../../checks/check.js';
import type { PreflightCheck } from '../check.js';

/**
 * A new cluster takes up to 70 minutes by public reports, and the CLI polls its state all that time. With an existing
 * cluster, a deployment takes minutes.
 */
const minutesNeeded = { own: 90, existing: 15 } as const;

/** When credentials expire during a deployment, it continues in AWS, and the CLI cannot follow it. */
export const credentialsLast: PreflightCheck = {
  id: 'credentials_last',
  title: 'credentials last for the whole deployment',
  async look({ account, options, now }) {
    const { temporary, endsAt } = await account.credentials();
    const needed = minutesNeeded[options.cluster.kind];
    if (endsAt === undefined) {
      if (!temporary) return pass('they do not expire');
      return warn(
        'they are temporary, and their expiry is unknown (AWS_CREDENTIAL_EXPIRATION is not set)',
        `They must last ${needed} minutes. If they expire, sign in again and repeat the deployment: it continues.`,
      );
    }
    const minutes = Math.floor((endsAt.getTime() - now.getTime()) / 60_000);
    if (minutes >= needed) return pass(`they expire in ${minutes} minutes; ${needed} are enough`);
    return fail(
      'authentication_failed',
      `they expire in ${Math.max(0, minutes)} minutes; a deployment takes up to ${needed}`,
      `Get new ones, with a longer duration if your role allows it. ${CREDENTIALS_HINT}`,
    );
  },
};
