import { suggestion_for, type config_problem } from './problems.js';
import { setting_rows, type setting_row } from './settings.js';

const prefix = 'PUBSUB_';

/** Values by section and key, still unchecked; texts turned into numbers, booleans and lists where the setting is one. */
export type unchecked_sections = Record<string, Record<string, unknown>>;

/**
 * Reads the `PUBSUB_*` variables. A variable that is set to nothing counts as not set: that is what an empty line in an
 * env file, or an unset variable in a compose file, comes out as.
 */
export function read_environment(env: Readonly<Record<string, string | undefined>>): {
  sections: unchecked_sections;
  problems: config_problem[];
} {
  const rows = new Map(setting_rows.flatMap((row) => (row.env === undefined ? [] : [[row.env, row] as const])));
  const sections: unchecked_sections = {};
  const problems: config_problem[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || text === undefined || text.trim() === '') continue;
    const row = rows.get(name);
    if (row === undefined) {
      const suggestion = suggestion_for(name, [...rows.keys()]);
      problems.push({ key: name, message: 'is not a setting', ...(suggestion === undefined ? {} : { suggestion }) });
      continue;
    }
    const value = read_value(row, text.trim());
    if (value === undefined)
      problems.push({ key: name, message: `is ${quoted(row, text)}; it takes ${expected(row)}` });
    else (sections[row.section] ??= {})[row.key] = value;
  }
  return { sections, problems };
}

function read_value(row: setting_row, text: string): unknown {
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

function quoted(row: setting_row, text: string): string {
  return row.secret === true ? 'unreadable' : JSON.stringify(text);
}

function expected(row: setting_row): string {
  return row.kind === 'boolean' ? 'true or false' : 'a number';
}
