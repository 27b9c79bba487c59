import type * as Package from '@platformatic/kafka';
import { pubsub_error } from '../../base/error.js';
import { thrownText } from '../../base/thrown.js';

/** The types of the package: those of the oldest supported version, which later versions still have. */
export type Platformatic = typeof Package;

const NAME = '@platformatic/kafka';
const SUPPORTED = `npm install ${NAME}@2 (2.12 or later; it needs Node 22.22 or later), or ${NAME}@1 (1.35 or later) on Node 20.19.4 or later; or remove PUBSUB_CLIENT to use kafkajs.`;

/**
 * Loads @platformatic/kafka. It is an optional peer dependency.
 *
 * @throws pubsub_error `config_invalid` if it is not installed, or does not support this version of Node
 */
export async function loadPackage(
  load: () => Promise<Platformatic> = () => import('@platformatic/kafka'),
  node = process.versions.node,
): Promise<Platformatic> {
  let platformatic: Platformatic;
  try {
    platformatic = await load();
  } catch (error) {
    throw isMissing(error)
      ? unusable(`PUBSUB_CLIENT is platformatic, and the package ${NAME} is not installed`, error)
      : unusable(`the package ${NAME} cannot be loaded: ${thrownText(error)}`, error);
  }
  const least = 'apiVersionsV0' in platformatic ? '22.22.0' : '20.19.4';
  if (!isAtLeast(node, least)) throw unusable(`this version of ${NAME} needs Node ${least} or later; this is ${node}`);
  return platformatic;
}

function unusable(sentence: string, cause?: unknown): pubsub_error {
  return new pubsub_error('config_invalid', 'connect', sentence, { hint: SUPPORTED, cause });
}

function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  // A package that it requires may be missing instead.
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(message).includes(`'${NAME}'`);
}

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
