import { shellWord } from '../rehearsal/answers.js';
import { comparedKey, keyValue } from '../rehearsal/key-value.js';

/** The given command with these options, each ready to paste. */
export function commandWith(options: readonly string[]): string {
  const given = withoutReplaced(process.argv.slice(2), options);
  return ['easy-pubsub', ...given.map(shellWord), ...options].join(' ');
}

/** Options of which each key has its own value: `--answer KEY=VALUE`. */
const keyed = ['--answer', '--parameter'];
const single = ['--region', '--account', '--cluster-arn'];

/**
 * The arguments without those that options replace. An answer that was not enough is asked for again, and two answers
 * to one key would be a list.
 *
 * @param options as they are pasted: "--answer 'Worker.Role=POLICY.json'"
 */
export function withoutReplaced(args: readonly string[], options: readonly string[]): string[] {
  const replaced = new Set(
    options.map((option) => {
      const [, name = '', value = ''] = /^(\S+)(?: (.*))?$/s.exec(option) ?? [];
      return keyOf(name, value.startsWith("'") ? value.slice(1).replaceAll("'\\''", "'") : value);
    }),
  );
  const kept: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    const { key: name, value: inside } = keyValue(arg) ?? { key: arg, value: undefined };
    if (!keyed.includes(name) && !single.includes(name)) {
      kept.push(arg);
      continue;
    }
    const next = inside === undefined ? args.slice(at + 1, at + 2) : [];
    at += next.length;
    if (!replaced.has(keyOf(name, inside ?? next[0] ?? ''))) kept.push(arg, ...next);
  }
  return kept;
}

/** The option, with the key of its value if it has one. */
function keyOf(name: string, value: string): string {
  if (!keyed.includes(name)) return name;
  return `${name} ${comparedKey(keyValue(value)?.key ?? value)}`;
}
