import { readFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { pubsub_error } from '../src/base/error.js';

export type ContextValues = Readonly<Record<string, string>>;

/** For commander: `-c key=value`, several times, as the CDK's own command line takes it. */
export function contextValue(text: string, before: ContextValues = {}): ContextValues {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes key=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** What the CDK would see: cdk.json of this folder, then what the command line says. */
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
