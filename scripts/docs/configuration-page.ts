import { consequenceOf } from './consequences.js';
import { configSections } from '../../src/pubsub/config/settings.js';
import { settingRows, type SettingRow } from '../../src/pubsub/config/setting-rows.js';

const INTRO = `# Configuration

A \`config\` is checked against one schema, and frozen. There are two ways to create it:

\`\`\`ts
import { config } from 'easy-pubsub';

config.from_env(); // the PUBSUB_* variables below, from process.env
config.create({ connection: { brokers: ['localhost:9092'] }, consumer: { queue_max_frames: 1_000 } });
\`\`\`

One error reports all problems, each with its key and, for a misspelt \`PUBSUB_\` key, the nearest one that exists. Secrets are never printed.
Only TLS and SASL differ between a laptop and AWS. Times are milliseconds, sizes are bytes, booleans are \`true\` or \`false\`, lists are separated by commas.

Pass the values that are not variables in code: \`config.from_env(process.env, { logger, metrics, tracing, clock, frame_codec })\`. A misspelt or incomplete one is an error. A third argument overrides variables: \`config.from_env(process.env, {}, { topics: { worker: 'orders' } })\`. \`settings.with({ … })\` is a copy with some settings changed; sections are merged.
`;

/** docs/configuration.md: every key, its default and its consequence. */
export function configurationPage(): string {
  const parts = Object.keys(configSections).map(
    (section) => `\n## ${section}\n\n${table(settingRows.filter((row) => row.section === section))}`,
  );
  return `${INTRO}${parts.join('')}`;
}

function table(rows: readonly SettingRow[]): string {
  const head = '| key | variable | default | consequence |\n|---|---|---|---|\n';
  return head + rows.map((row) => `| ${cells(row).join(' | ')} |\n`).join('');
}

function cells(row: SettingRow): string[] {
  return [
    `\`${row.key}\``,
    row.env === undefined ? 'in code only' : `\`${row.env}\``,
    row.default_text ?? (row.default_value === undefined ? 'none' : `\`${shown(row.default_value)}\``),
    consequenceOf(row.path).replaceAll('|', '\\|'),
  ];
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value);
}
