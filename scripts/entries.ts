/** What other programs import from the package, by the names of the files in dist/. `index` is the package itself. */
export const entries = {
  index: 'src/index.ts',
  opentelemetry: 'src/opentelemetry/index.ts',
  cdk: 'src/cdk/index.ts',
  testing: 'testing/index.ts',
} as const;
export type Entry = keyof typeof entries;

/** As programs import it. */
export function specifierOf(entry: string): string {
  return entry === 'index' ? 'easy-pubsub' : `easy-pubsub/${entry}`;
}

/** Its declarations in a folder that `emitDeclarations` wrote. */
export function declarationOf(entry: string): string {
  return entry === 'index' ? 'index.d.ts' : `${entry}/index.d.ts`;
}
