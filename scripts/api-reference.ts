/**
 * The API reference: every export with its type and its doc comment, which TypeDoc reads from the source. A test compares
 * the pages with the code.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { entries, specifierOf, type Entry } from './entries.js';

const ROOT = join(import.meta.dirname, '..');

export const referencePages: Readonly<Record<Entry, string>> = {
  index: 'docs/api.md',
  opentelemetry: 'docs/api-opentelemetry.md',
  cdk: 'docs/api-cdk.md',
  testing: 'docs/api-testing.md',
};

/** @returns the texts by the paths of the pages */
export async function apiReference(): Promise<Record<string, string>> {
  const pages: Record<string, string> = {};
  for (const [entry, page] of Object.entries(referencePages))
    pages[page] = await reference(entries[entry as Entry], specifierOf(entry));
  return pages;
}

async function reference(source: string, title: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-reference-'));
  const options: TypeDocOptions & PluginOptions = {
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: folder }],
    entryPoints: [join(ROOT, source)],
    tsconfig: join(ROOT, 'tsconfig.build.json'),
    // The types themselves are checked by `npm run check`.
    skipErrorChecking: true,
    readme: 'none',
    name: title,
    excludeInternal: true,
    excludePrivate: true,
    // Members of Error, from Node's own types.
    excludeExternals: true,
    // A line number would change the page with every change of the code.
    disableSources: true,
    sort: ['alphabetical'],
    router: 'module',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hidePageTitle: true,
    hideGroupHeadings: false,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    enumMembersFormat: 'table',
    typeDeclarationFormat: 'table',
    propertyMembersFormat: 'table',
    logLevel: 'Error',
    sanitizeComments: true,
  };
  try {
    const app = await Application.bootstrapWithPlugins(options);
    const project = await app.convert();
    if (project === undefined) throw new Error(`TypeDoc could not read ${source}`);
    await app.generateOutputs(project);
    const [file, ...more] = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
    if (file === undefined || more.length > 0) throw new Error(`TypeDoc wrote ${[file, ...more].join(', ')}`);
    const text = readable(await readFile(join(folder, file), 'utf8'));
    return `# ${title}: API reference\n\nGenerated from the types and their comments by \`npm run generate\`.\n\n${text.trim()}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * TypeDoc writes out the type of the settings, which zod infers, wherever it is used; docs/configuration.md has every
 * setting. And it marks each row of a table for links that the page does not have.
 */
function readable(text: string): string {
  return text
    .replaceAll(/^\| `(?:input|overrides|changes)\??\.[^\n]*\n/gm, '')
    .replaceAll(
      /(\| `\w+\??` \| )(`Partial`\\<)?\\\{ `connection`[^\n]*?( \|\n)/g,
      (_, name: string, partial: unknown, end: string) => {
        const link = '[`config_input`](#config_input)';
        return `${name}${partial === undefined ? link : `\`Partial\`\\<${link}\\>`}${end}`;
      },
    )
    .replaceAll(/<a id="([^"]*)"><\/a> ?/g, (mark, id: string) => (text.includes(`(#${id})`) ? mark : ''));
}
