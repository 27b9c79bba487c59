/** What other programs import from the package, by the names of the files in dist/. `index` is the package itself. */
export const entries = { index: 'src/index.ts', cdk: 'src/cdk/index.ts' } as const;
export type Entry = keyof typeof entries;
