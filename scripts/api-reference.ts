/**
 * The API reference: every export with its type and its doc comment, which TypeDoc reads from the source. A test compares
 * the pages with the code.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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

/** @returns the content of each page, by its path */
export async function apiReference(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-reference-'));
  const options: TypeDocOptions & PluginOptions = {
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: folder }],
    entryPoints: Object.values(entries).map((source) => join(ROOT, source)),
    tsconfig: join(ROOT, 'tsconfig.build.json'),
    // The types themselves are checked by `npm run check`.
    skipErrorChecking: true,
    readme: 'none',
    name: 'easy-pubsub',
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
    // Inherited members have a row each; where they come from would be a link to a row.
    tableColumnSettings: { hideInherited: true, hideOverrides: true },
    propertyMembersFormat: 'table',
    logLevel: 'Error',
    sanitizeComments: true,
  };
  try {
    const app = await Application.bootstrapWithPlugins(options);
    const project = await app.convert();
    if (project === undefined) throw new Error('TypeDoc could not read the entries of the package');
    await app.generateOutputs(project);
    const pages: Record<string, string> = {};
    for (const [entry, page] of Object.entries(referencePages)) {
      const text = await readFile(join(folder, fileOf(entry as Entry)), 'utf8');
      const title = `# ${specifierOf(entry)}: API reference`;
      const from = 'Generated from the types and their comments by `npm run generate`.';
      pages[page] = `${title}\n\n${from}\n\n${readable(text).trim()}\n`;
    }
    return pages;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where TypeDoc writes about an entry: beside its folder. */
function fileOf(entry: Entry): string {
  return entries[entry].replace(/\/index\.ts$/, '.md');
}

/** Links between the pages of TypeDoc, as links between ours. */
function linked(text: string): string {
  const pages = new Map(
    Object.entries(referencePages).map(([entry, page]) => [basename(fileOf(entry as Entry)), basename(page)]),
  );
  return text.replaceAll(/\]\((?:[./\w]*\/)?(\w+\.md)(#[\w-]+)?\)/g, (link, file: string, place = '') => {
    const page = pages.get(file);
    return page === undefined ? link : `](${page}${String(place)})`;
  });
}

/**
 * TypeDoc writes out the type of the settings, which zod infers, wherever it is used; docs/configuration.md has every
 * setting. And it marks each row of a table for links that the page does not have.
 */
function readable(text: string): string {
  return linked(text)
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
