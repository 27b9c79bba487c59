'use strict';
/**
 * Stands in a function's bundle for the packages that find credentials elsewhere than in the environment. Lambda puts
 * a function's credentials into its environment; whoever runs the bundle without them is told so.
 */
const absent = () => {
  throw new Error(
    'a function takes its credentials from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
  );
};

module.exports = {
  fromIni: absent,
  fromTemporaryCredentials: absent,
  fromNodeProviderChain: absent,
  defaultProvider: absent,
  STSClient: class {
    constructor() {
      absent();
    }
  },
  GetCallerIdentityCommand: class {},
};
