import { readFile } from 'node:fs/promises';
import { pubsub_error } from '../src/base/error.js';

/** The context as the CDK would read it: cdk.json of this folder, then the command line. */
export async function contextOf(given: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile('cdk.json', 'utf8');
  } catch {
    return { ...given };
  }
  try {
    const { context = {} } = JSON.parse(text) as { context?: Record<string, unknown> };
    return { ...context, ...given };
  } catch (error) {
    throw new pubsub_error('config_invalid', 'config', 'cdk.json is not valid JSON', { cause: error });
  }
}
