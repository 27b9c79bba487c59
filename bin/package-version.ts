import { readFileSync } from 'node:fs';
import { packageFile } from '../lib/package-file.js';

/** The version in this package's package.json. */
export function packageVersion(): string {
  const file = packageFile('package.json');
  if (file === undefined) return 'unknown';
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
