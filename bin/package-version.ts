import { readFileSync } from 'node:fs';
import { projectFile } from '../local/os/project-files.js';

/** The version in this package's package.json. */
export function packageVersion(): string {
  const file = projectFile('package.json');
  if (file === undefined) return 'unknown';
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
