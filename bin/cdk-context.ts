import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { pubsub_error } from '../src/base/error.js';

export type ContextValues = Readonly<Record<string, string>>;

/** For commander: `-c key=value`, may be repeated, as in the CDK's command line. */
export function contextValue(text: string, before: ContextValues = {}): ContextValues {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** The context as the CDK would read it: cdk.json of this folder, then the command line. */
export async function contextOf(given: ContextValues): Promise<Record<string, unknown>> {
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
