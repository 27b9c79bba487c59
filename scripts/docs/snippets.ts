import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entries } from '../entries.js';
import { generatedPages } from './generated-pages.js';

export const ROOT = join(import.meta.dirname, '../..');

/** A block of code of a page. */
export interface Snippet {
  readonly page: string;
  /** The line where it begins. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The pages that are written by hand, and the one whose introduction is. */
export async function handWrittenPages(): Promise<string[]> {
  const generated: readonly string[] = generatedPages.filter((page) => page !== 'docs/configuration.md');
  const docs = (await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', 'bench/README.md', ...docs].filter((page) => !generated.includes(page));
}

/** The blocks of code of a page, also those of lists, which are indented. */
export async function snippetsOf(page: string): Promise<Snippet[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map(({ 2: language = '', 3: block = '', index }) => ({
    page,
    line: text.slice(0, index).split('\n').length + 1,
    language,
    text: block,
  }));
}

/** The file of a program: its name may be a comment in the first line. */
export function fileOf({ page, line, text }: Snippet): string {
  const [, own = `line-${line}.ts`] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? [];
  return join(page.replaceAll(/\W+/g, '-'), own);
}

/** A folder of programs, in the checkout. */
export class SnippetFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(snippets: readonly Snippet[]): Promise<SnippetFolder> {
    const cache = join(ROOT, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    // Inside the checkout, so that the packages of examples are found.
    const folder = new SnippetFolder(await mkdtemp(join(cache, 'snippets-')));
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }');
    for (const snippet of snippets) {
      const file = folder.file(snippet);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, snippet.text);
    }
    return folder;
  }

  /** The package, for the compiler: the sources, so that it checks no file twice. */
  static get paths(): Record<string, string[]> {
    return Object.fromEntries(
      Object.entries(entries).map(([name, source]) => [
        name === 'index' ? 'easy-pubsub' : `easy-pubsub/${name}`,
        [join(ROOT, source)],
      ]),
    );
  }

  file(snippet: Snippet): string {
    return join(this.path, fileOf(snippet));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
