import { handlerName } from '../../../local/functions/index.js';

/** The extensions with which Lambda's Node runtime looks for a handler's file. */
const endings = ['.js', '.mjs', '.cjs'];
const sources = ['.ts', '.mts', '.cts', '.tsx'];

/**
 * The module of a handler that is written as in Lambda, "folder/index.outer.inner": its file without the extension;
 * undefined if it is not a handler.
 */
export function handlerModule(handler: string): string | undefined {
  return handlerName.exec(handler)?.[1];
}

/** Finds the file of the handler in the code, and the source file that would be built into it. */
export function handlerFile(
  module: string,
  has: (file: string) => boolean,
): { readonly file: string | undefined; readonly source: string | undefined } {
  const find = (all: readonly string[]): string | undefined =>
    all.map((ending) => `${module}${ending}`).find((file) => has(file));
  return { file: find(endings), source: find(sources) };
}
