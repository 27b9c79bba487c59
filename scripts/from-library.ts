import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * For a bundle beside the library: what the library exports is taken from its own bundle, so that there is one class of
 * each. An instance of `config` or `pubsub_error` is then the same to both.
 */
export function fromLibrary(root: string, library: string): Plugin {
  const face = join(root, 'src/index.ts');
  const errors = join(root, 'src/base/error.ts');
  return {
    name: 'from the library',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/index\.js$/ }, ({ path, resolveDir }) =>
        join(resolveDir, path.replace(/\.js$/, '.ts')) === face ? { path: library, external: true } : undefined,
      );
      onResolve({ filter: /\/error\.js$/ }, ({ path, resolveDir }) =>
        join(resolveDir, path.replace(/\.js$/, '.ts')) === errors ? { path: errors, namespace: 'shared' } : undefined,
      );
      // Internal modules in this bundle throw it, too. The other exports of the file are functions.
      onLoad({ filter: /.*/, namespace: 'shared' }, () => ({
        contents: [
          `export * from ${JSON.stringify(errors)};`,
          `export { pubsub_error, pubsub_error_codes } from ${JSON.stringify(library)};`,
        ].join('\n'),
        resolveDir: root,
      }));
      onResolve({ filter: /.*/, namespace: 'shared' }, ({ path }) =>
        path === library ? { path, external: true } : { path },
      );
    },
  };
}
