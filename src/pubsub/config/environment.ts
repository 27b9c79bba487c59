import { suggestionFor } from '../../base/suggestion.js';
import type { ConfigProblem } from './problems.js';
import { settingRows, type SettingRow } from './setting-rows.js';

const PREFIX = 'PUBSUB_';

/** Values by section and key, still unchecked, with strings converted to numbers, booleans and lists. */
export type UncheckedSections = Record<string, Record<string, unknown>>;

/**
 * Reads the `PUBSUB_*` variables. An empty variable counts as not set, because an empty line in an env file and an
 * unset variable in a compose file give an empty variable.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): {
  sections: UncheckedSections;
  problems: ConfigProblem[];
} {
  const rows = new Map(settingRows.flatMap((row) => (row.env === undefined ? [] : [[row.env, row] as const])));
  const sections: UncheckedSections = {};
  const problems: ConfigProblem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || text === undefined || text.trim() === '') continue;
    const row = rows.get(name);
    if (row === undefined) {
      const suggestion = suggestionFor(name, [...rows.keys()]);
      problems.push({ key: name, message: 'is not a setting', suggestion });
      continue;
    }
    const value = readValue(row, text.trim());
    if (value === undefined)
      problems.push({ key: name, message: `is ${quoted(row, text)}; it takes ${expected(row)}` });
    else (sections[row.section] ??= {})[row.key] = value;
  }
  return { sections, problems };
}

function readValue(row: SettingRow, text: string): unknown {
  switch (row.kind) {
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'text':
      return text;
  }
}

function quoted(row: SettingRow, text: string): string {
  return row.secret === true ? 'unreadable' : JSON.stringify(text);
}

function expected(row: SettingRow): string {
  return row.kind === 'boolean' ? 'true or false' : 'a number';
}
