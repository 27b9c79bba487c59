/** The endings under which Lambda's Node runtime looks for a handler's file. */
const endings = ['.js', '.mjs', '.cjs'];
const sources = ['.ts', '.mts', '.cts', '.tsx'];

/** A handler as Lambda writes it, "folder/index.outer.inner": its file without the ending; undefined for no handler. */
export function handlerModule(handler: string): string | undefined {
  return /^(.*?[^./][^./]*)\.(.+)$/.exec(handler)?.[1];
}

/** Which file of the code has the handler, and which would be built into it. */
export function handlerFile(
  module: string,
  has: (file: string) => boolean,
): { readonly file: string | undefined; readonly source: string | undefined } {
  const find = (all: readonly string[]): string | undefined =>
    all.map((ending) => `${module}${ending}`).find((file) => has(file));
  return { file: find(endings), source: find(sources) };
}
