'use strict';
/**
 * Replaces, in a function's bundle, the packages that look for credentials outside the environment. Lambda puts a
 * function's credentials into its environment; without them, the function fails with this error.
 */
function absent() {
  throw new Error(
    'a function takes its credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
  );
}

module.exports = {
  fromIni: absent,
  fromTemporaryCredentials: absent,
  fromNodeProviderChain: absent,
  defaultProvider: absent,
  STSClient: absent,
  GetCallerIdentityCommand: absent,
};
