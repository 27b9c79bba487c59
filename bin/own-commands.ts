/** The commands, in the order of the help. */
export const commandNames = [
  'sanity',
  'invoke',
  'kafka',
  'topics',
  'groups',
  'tail',
  'policy',
  'aws',
  'events',
  'rehearse',
  'gateway',
] as const;
export type CommandName = (typeof commandNames)[number];

const ours = new RegExp(`(?:npx )?\\beasy-pubsub (?=(?:${commandNames.join('|')}|--help)(?![\\w-]))`, 'g');

/**
 * Messages write `easy-pubsub <command>`, which no shell finds: in a checkout the sources run by an npm script, and in
 * another project the package runs by npx. Whatever prints text for people prints it as it can be copied here.
 *
 * @param source the file that runs. @default this one
 */
export function withOwnCommands(text: string, source = import.meta.url): string {
  return text.replaceAll(ours, source.endsWith('.ts') ? 'npm run easy-pubsub -- ' : 'npx easy-pubsub ');
}
