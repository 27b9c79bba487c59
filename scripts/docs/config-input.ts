import { format, resolveConfig } from 'prettier';
import type { configSections } from '../../src/pubsub/config/settings.js';
import { settingRows, type SettingRow } from '../../src/pubsub/config/setting-rows.js';
import { consequenceOf } from './consequences.js';

/** The file that `configInput` is the text of. */
export const CONFIG_INPUT = 'src/pubsub/config/config-input.ts';

const HEAD = `// Written by \`npm run generate\` from settings.ts, so that an editor shows what docs/configuration.md says.
`;

const WIDTH = 112;

/** What sections are for. */
const purposes: Readonly<Record<keyof typeof configSections, string>> = {
  connection: 'How to reach the brokers, and how to log in.',
  topics: 'The topics of requests and replies.',
  groups: 'The consumer groups. Members of one group must read the same topic.',
  producer: 'How frames are sent.',
  consumer: 'How frames are received.',
  worker: 'How frames are handled.',
  requester: 'How requests are made.',
  disposal: 'How long closing may take.',
};

/** Settings that a checked configuration always has, although they have no fixed default. */
const derived: ReadonlySet<string> = new Set(['topics.reply_allowed', 'groups.worker', 'groups.reply_to']);

/** The two types of the settings: as a caller gives them, and as a `config` has them. */
export async function configInput(): Promise<string> {
  const input = declared(
    'The settings as a caller gives them: only `connection.brokers` is required.',
    'config_input',
    {
      section: (name) => `${name}${name === 'connection' ? '' : '?'}`,
      end: (name) => (name === 'connection' ? '' : ' | undefined'),
      setting: ({ key, isRequired }) => `${key}${isRequired ? '' : '?'}`,
      canLack: ({ isRequired }) => !isRequired,
    },
  );
  const checked = declared('The settings of a `config`: checked, with their defaults.', 'config_sections', {
    section: (name) => `readonly ${name}`,
    end: () => '',
    setting: (row) => `readonly ${row.key}${isFilled(row) ? '' : '?'}`,
    canLack: (row) => !isFilled(row),
  });
  const style = await resolveConfig(CONFIG_INPUT);
  return format(`${HEAD}\n${input}\n${checked}`, { ...style, parser: 'typescript' });
}

interface Style {
  section(name: string): string;
  end(name: string): string;
  setting(row: SettingRow): string;
  canLack(row: SettingRow): boolean;
}

function declared(comment: string, name: string, style: Style): string {
  const sections = Object.entries(purposes).map(([section, purpose]) => {
    const rows = settingRows.filter((row) => row.section === section);
    const settings = rows.map((row) => {
      const type = `${typeOf(row)}${style.canLack(row) ? ' | undefined' : ''}`;
      return `${commentOf(row)}    ${style.setting(row)}: ${type};\n`;
    });
    return `  /** ${purpose} */\n  ${style.section(section)}: {\n${settings.join('')}  }${style.end(section)};\n`;
  });
  return `/** ${comment} */\nexport interface ${name} {\n${sections.join('')}}\n`;
}

function isFilled({ path, isRequired, default_value }: SettingRow): boolean {
  return isRequired || default_value !== undefined || derived.has(path);
}

function typeOf({ kind, choices }: SettingRow): string {
  if (choices !== undefined) return choices.map((choice) => `'${choice}'`).join(' | ');
  return { number: 'number', boolean: 'boolean', list: 'readonly string[]', text: 'string' }[kind];
}

/** Meaning, unit, limits, variable and default. */
function commentOf(row: SettingRow): string {
  const [, text = '', said] = /^(.*?)(?: Default: (.*)\.)?$/.exec(consequenceOf(row.path)) ?? [];
  const value = row.default_value === undefined ? (said ?? 'none') : JSON.stringify(row.default_value);
  const lines = [
    ...wrapped([text, limits(row), row.env === undefined ? '' : `Variable: \`${row.env}\`.`]),
    ...(row.isRequired ? [] : ['', ...wrapped([`@default ${value}`])]),
  ];
  return `    /**\n${lines.map((line) => `     *${line === '' ? '' : ` ${line}`}\n`).join('')}     */\n`;
}

function limits({ key, min, max }: SettingRow): string {
  const unit = key.endsWith('_ms') ? 'Milliseconds' : key.endsWith('_bytes') ? 'Bytes' : 'A whole number';
  return min === undefined || max === undefined ? '' : `${unit}, ${min} to ${max}.`;
}

function wrapped(sentences: readonly string[]): string[] {
  const words = sentences
    .filter((sentence) => sentence !== '')
    .join(' ')
    .split(' ');
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    // At the start of a line it would be a tag.
    else if (line.length + word.length + 8 > WIDTH && !word.startsWith('@')) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
