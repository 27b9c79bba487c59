import { pubsub_error } from '../../base/error.js';

/**
 * In JavaScript, the settings themselves are easily given instead of a `config`.
 *
 * @throws pubsub_error `argument_invalid`
 */
export function requireConfig(settings: unknown, operation: string): void {
  // A config of another copy of this package is one, too.
  const codec = (settings as { frame_codec?: { decode?: unknown } } | null | undefined)?.frame_codec;
  if (typeof codec?.decode === 'function') return;
  throw new pubsub_error('argument_invalid', 'config', `${operation} takes a config, and got ${kindOf(settings)}`, {
    hint: 'Create one from your settings: config.create({ … }), or config.from_env().',
  });
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' ? 'another object' : `a ${typeof value}`;
}
