/** What other programs import from the package, by the names of the files in dist/. `index` is the package itself. */
export const entries = {
  index: 'src/index.ts',
  opentelemetry: 'src/opentelemetry/index.ts',
  cdk: 'src/cdk/index.ts',
  testing: 'testing/index.ts',
} as const;
export type Entry = keyof typeof entries;

/** Optional peers that an entry cannot be loaded without. The others are loaded when they are first used. */
export const peersOf: Readonly<Partial<Record<string, readonly string[]>>> = {
  opentelemetry: ['@opentelemetry/api'],
  // The first is what the second requires.
  cdk: ['constructs', 'aws-cdk-lib'],
};

/** As programs import it. */
export function specifierOf(entry: string): string {
  return entry === 'index' ? 'easy-pubsub' : `easy-pubsub/${entry}`;
}

/** Its declarations in a folder that `emitDeclarations` wrote. */
export function declarationOf(entry: string): string {
  return entry === 'index' ? 'index.d.ts' : `${entry}/index.d.ts`;
}
