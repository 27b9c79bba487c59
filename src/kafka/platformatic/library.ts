import { iamTokens } from '../client/msk-iam-token.js';
import type { ClientLibrary } from '../client/port.js';
import type { KafkaConnection } from '../connection.js';
import { callsOf } from './apis.js';
import { PlatformaticConnection } from './connection.js';
import { Login } from './login.js';
import { loadPackage } from './package.js';

/**
 * @platformatic/kafka, which the user installs beside this package.
 *
 * @throws pubsub_error `config_invalid` if it is not installed
 */
export async function platformaticLibrary(settings: KafkaConnection): Promise<ClientLibrary> {
  const platformatic = await loadPackage();
  const tokens = iamTokens(settings);
  const parts = { platformatic, calls: callsOf(platformatic), settings, loginRefused: () => tokens?.forget() };
  return {
    connectionTo: (address) =>
      new PlatformaticConnection(parts, new Login(platformatic, settings.login, tokens), address),
  };
}
