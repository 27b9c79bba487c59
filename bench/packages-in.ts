import type { Metafile } from 'esbuild';

/**
 * The bytes of each package in a bundle, the largest first; the repository's own code is listed under its top folder.
 */
export function packagesIn({ outputs }: Pick<Metafile, 'outputs'>): [name: string, bytes: number][] {
  const sums = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = nameOf(path);
      sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sums].sort(([, one], [, other]) => other - one);
}

function nameOf(path: string): string {
  const inPackage = path.split('node_modules/').at(-1);
  if (inPackage === undefined || inPackage === path) return `${path.split('/')[0] ?? path}/`;
  const [first = '', second = ''] = inPackage.split('/');
  // Many small packages of one publisher are shown as one.
  return first.startsWith('@')
    ? /^@(aws-sdk|smithy|aws-crypto)$/.test(first)
      ? `${first}/*`
      : `${first}/${second}`
    : first;
}
