import { credentialsHint } from '../../../aws/error.js';
import { fail, pass, warn, type Check } from '../../checks/check.js';

/**
 * A cluster takes up to 70 minutes by public reports, and the CLI asks for its state all the while; next to a cluster
 * that is there, a deploy takes minutes.
 */
const minutesNeeded = { own: 90, existing: 15 } as const;

/** Credentials that end in the middle leave a deploy that goes on without anybody who watches it. */
export const credentialsLast: Check = {
  head: { id: 'credentials_last', title: 'credentials outlive a deploy' },
  async look({ account, options, now }) {
    const { temporary, endsAt } = await account.credentials();
    const needed = minutesNeeded[options.cluster.kind];
    if (endsAt === undefined) {
      if (!temporary) return pass('they are no temporary ones');
      return warn(
        'authentication_failed',
        'they are temporary, and nothing says when they end (AWS_CREDENTIAL_EXPIRATION is not set)',
        `They have to last ${needed} minutes. If they end, sign in again and repeat the deploy: it goes on where it was.`,
      );
    }
    const minutes = Math.floor((endsAt.getTime() - now.getTime()) / 60_000);
    if (minutes >= needed) return pass(`they last ${minutes} minutes more; ${needed} are enough`);
    return fail(
      'authentication_failed',
      `they end in ${Math.max(0, minutes)} minutes, and a deploy takes up to ${needed}`,
      `Get new ones, for longer if your role allows it. ${credentialsHint}`,
    );
  },
};
