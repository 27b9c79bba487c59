/** A program in the text of a page. */
export interface PageProgram {
  readonly name: string;
  readonly text: string;
}

/** The programs of a page: blocks of code with imports, or with a file name in their first line, as a comment. */
export function programs(page: string, language: 'ts' | 'js'): PageProgram[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))]
    .map(([, text = '']) => ({ name: /^\/\/ (\S+\.[jt]s)\n/.exec(text)?.[1], text }))
    .filter(({ name, text }) => name !== undefined || /^import /m.test(text))
    .map(({ name, text }, index) => ({ name: name ?? `block-${index}.${language}`, text }));
}

/** The same programs with more time than on a quiet machine. */
export function withPatience(pages: readonly PageProgram[], ms: number): PageProgram[] {
  return pages.map(({ name, text }) => ({
    name,
    text: text.replace('{ reply: { amount: 7 } }', `{ reply: { amount: 7 }, timeout_ms: ${ms} }`),
  }));
}
