/**
 * Code for the beginning of an entry's bundle: if optional peers of the entry are not installed, one error names them
 * and the command that installs them. Without it, Node names only the first, among the paths of this package.
 *
 * A `require` in a `try`, and not `require.resolve`: a program that was bundled has the package inside.
 *
 * @param library the file with `pubsub_error`, as the bundle requires it
 */
export function peerCheck(specifier: string, peers: readonly string[], library: string): string {
  const loads = peers.map(
    (name) => `try { require('${name}'); } catch (error) { if (!isMissing(error, '${name}')) throw error; }`,
  );
  return `{
  const missing = [];
  const isMissing = (error, name) => error.code === 'MODULE_NOT_FOUND' && String(error.message).includes(\`'\${name}'\`) && missing.push(name) > 0;
  ${loads.join('\n  ')}
  if (missing.length > 0) {
    const { pubsub_error } = require('${library}');
    const names = missing.join(' and ');
    throw new pubsub_error('config_invalid', 'config', \`${specifier} needs \${names}, which \${missing.length > 1 ? 'are' : 'is'} not installed: npm install \${missing.join(' ')}\`);
  }
}`;
}
