import { pubsub_error } from '../src/base/error.js';

/**
 * Loads a client of the AWS SDK. They are no dependencies of this package: whoever works with Kafka alone needs none.
 *
 * @throws pubsub_error `config_invalid` that names what to install
 */
export async function loadSdk<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new pubsub_error('config_invalid', 'aws', `this command needs ${name}, which is not installed`, {
      hint: `npm install ${name}`,
      cause: error,
    });
  }
}
