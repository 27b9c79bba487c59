import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A field of a message, as Apache Kafka defines it. */
export interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly versions: string;
  readonly nullableVersions?: string;
  readonly taggedVersions?: string;
  readonly entityType?: string;
  readonly fields?: readonly MessageField[];
}

/** A request, as Apache Kafka defines it (`clients/src/main/resources/common/message`). */
export interface MessageDefinition {
  readonly apiKey: number;
  readonly name: string;
  readonly type: string;
  readonly listeners?: readonly string[];
  readonly validVersions: string;
  readonly flexibleVersions: string;
  readonly fields: readonly MessageField[];
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly MessageField[] }[];
}

/** The requests that a broker accepts, from the definitions in `kafka-clients-*.jar`. */
export function requestDefinitions(jar: string): MessageDefinition[] {
  const folder = mkdtempSync(join(tmpdir(), 'easy-pubsub-messages-'));
  try {
    execFileSync('unzip', ['-qo', jar, 'common/message/*Request.json', '-d', folder]);
    const messages = join(folder, 'common', 'message');
    return readdirSync(messages)
      .map((name) => JSON.parse(withoutComments(readFileSync(join(messages, name), 'utf8'))) as MessageDefinition)
      .filter(({ type, listeners = [] }) => type === 'request' && listeners.includes('broker'))
      .sort((one, other) => one.apiKey - other.apiKey);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Only whole lines and ends of lines are comments there. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\/.*$/gm, '').replaceAll(/([,{[\]}"])\s*\/\/[^"\n]*$/gm, '$1');
}

/** First and last version of "2-5", "3+", "7"; undefined for "none". */
export function versionRange(text: string | undefined): readonly [number, number] | undefined {
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text ?? 'none');
  if (match === null) return undefined;
  const first = Number(match[1]);
  return [first, match[2] === undefined ? Number(match[3] ?? first) : Infinity];
}

export function isIn(version: number, range: string | undefined): boolean {
  const [first, last] = versionRange(range) ?? [Infinity, -Infinity];
  return version >= first && version <= last;
}
