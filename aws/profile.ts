import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The next step for a profile that does not exist. */
export const ABSENT_PROFILE_HINT = 'Correct the name, or create the profile: `aws configure sso --profile NAME`.';

/**
 * Reports that the chosen profile is in neither of AWS's files, and which profiles are. Undefined if it exists, or if
 * none is chosen. The SDK itself would use any other credentials that it finds, or only report that it found none.
 *
 * @param given --profile
 */
export async function absentProfile(given: string | undefined, env: Environment): Promise<string | undefined> {
  const name = given ?? env['AWS_PROFILE'] ?? '';
  // The default profile needs no file.
  if (name === '' || name === 'default') return undefined;
  const files = [
    { path: env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config'), section: /^(?:profile\s+(.+)|(default))$/ },
    { path: env['AWS_SHARED_CREDENTIALS_FILE'] || join(homedir(), '.aws', 'credentials'), section: /^(.+)$/ },
  ];
  const found = await Promise.all(
    files.map(async ({ path, section }) => ({ path, names: await profilesIn(path, section) })),
  );
  if (found.some(({ names }) => names?.includes(name))) return undefined;
  const contents = found.map(({ path, names }) => {
    if (names === undefined) return `${path} does not exist`;
    return `${path} has ${names.length === 0 ? 'none' : names.join(', ')}`;
  });
  const by = given === undefined ? 'AWS_PROFILE' : '--profile';
  return `there is no AWS profile "${name}" (${by}): ${contents.join('; ')}`;
}

/**
 * undefined: the file does not exist, or cannot be read. Read here, because the SDK's own loader
 * (`@smithy/shared-ini-file-loader`) does not distinguish a missing file from an empty one.
 */
async function profilesIn(path: string, section: RegExp): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text?.split(/\r?\n/).flatMap((line) => {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? '';
    const name = section.exec(header)?.slice(1).find(Boolean);
    return name === undefined ? [] : [name.trim().replace(/^(["'])(.*)\1$/, '$2')];
  });
}

/** Says which credentials are used if two kinds are configured; undefined if there is one kind. */
export function profileBesideKeys(given: string | undefined, env: Environment): string | undefined {
  const name = given ?? env['AWS_PROFILE'] ?? '';
  if (name === '' || !env['AWS_ACCESS_KEY_ID'] || !env['AWS_SECRET_ACCESS_KEY']) return undefined;
  return `Using profile ${name}; AWS_ACCESS_KEY_ID in the environment is ignored.`;
}

/** For clients of the SDK: drops its long warning about two kinds of credentials, and passes on all other warnings. */
export const quietLogger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (...parts: unknown[]) => {
    const text = parts.map(String).join(' ');
    if (!/Multiple credential sources/.test(text)) process.emitWarning(text);
  },
  error: () => undefined,
};
