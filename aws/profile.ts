import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What to do about a profile that is not there. */
export const absentProfileHint = 'Correct the name, or make it: `aws configure sso --profile NAME`.';

/**
 * Says that the profile that is named is in neither of AWS's files, and what is; undefined: it is there, or none is named.
 * The SDK itself goes on with whatever other credentials it finds, or says only that there are none.
 *
 * @param given --profile
 */
export async function absentProfile(given: string | undefined, env: Environment): Promise<string | undefined> {
  const name = given ?? env['AWS_PROFILE'] ?? '';
  // The default one needs no file.
  if (name === '' || name === 'default') return undefined;
  const files = [
    { path: env['AWS_CONFIG_FILE'] || join(homedir(), '.aws', 'config'), section: /^(?:profile\s+(.+)|(default))$/ },
    { path: env['AWS_SHARED_CREDENTIALS_FILE'] || join(homedir(), '.aws', 'credentials'), section: /^(.+)$/ },
  ];
  const found = await Promise.all(
    files.map(async ({ path, section }) => ({ path, names: await profilesIn(path, section) })),
  );
  if (found.some(({ names }) => names?.includes(name))) return undefined;
  const told = found.map(({ path, names }) => {
    if (names === undefined) return `${path} is not there`;
    return `${path} has ${names.length === 0 ? 'none' : names.join(', ')}`;
  });
  const by = given === undefined ? 'AWS_PROFILE' : '--profile';
  return `there is no AWS profile "${name}" (${by}): ${told.join('; ')}`;
}

/** undefined: there is no such file, or nobody may read it. */
async function profilesIn(path: string, section: RegExp): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text?.split(/\r?\n/).flatMap((line) => {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? '';
    const name = section.exec(header)?.slice(1).find(Boolean);
    return name === undefined ? [] : [name.trim().replace(/^(["'])(.*)\1$/, '$2')];
  });
}

/** Which credentials are used where two kinds are named, undefined: there is no doubt. */
export function profileBesideKeys(given: string | undefined, env: Environment): string | undefined {
  const name = given ?? env['AWS_PROFILE'] ?? '';
  if (name === '' || !env['AWS_ACCESS_KEY_ID'] || !env['AWS_SECRET_ACCESS_KEY']) return undefined;
  return `The profile ${name} is used, not AWS_ACCESS_KEY_ID of the environment.`;
}

/** For clients of the SDK: its own page about two kinds of credentials is not shown, everything else is. */
export const quietLogger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: (...said: unknown[]) => {
    const text = said.map(String).join(' ');
    if (!/Multiple credential sources/.test(text)) process.emitWarning(text);
  },
  error: () => undefined,
};
