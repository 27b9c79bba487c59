import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Pinned, because its rules and its copies of AWS's resource schemas change with the version. */
export const CFN_LINT_VERSION = '1.58.0';

/** Installs cfn-lint from PyPI into a folder, and returns the folder of its programs (`python`, `cfn-lint`). */
export async function installCfnLint(folder: string): Promise<string> {
  const venv = join(folder, 'venv');
  await run('python3', ['-m', 'venv', venv]);
  await run(join(venv, 'bin', 'pip'), ['install', '--quiet', `cfn-lint==${CFN_LINT_VERSION}`]);
  return join(venv, 'bin');
}

/** Reads the handlers' permissions of resource types; prints {type: [actions]}. A type without a schema has none. */
const PROGRAM = `
import json, sys, pathlib, cfnlint
schemas = pathlib.Path(cfnlint.__file__).parent / 'data' / 'schemas'
names = json.loads((schemas / 'providers' / 'us-east-1.json').read_text())
found = {}
for kind in sys.argv[1:]:
    if kind not in names: continue
    schema = json.loads((schemas / 'resources' / (names[kind] + '.json')).read_text())
    found[kind] = sorted({action for name, handler in schema.get('handlers', {}).items() if name != 'list' for action in handler.get('permissions', [])})
print(json.dumps(found))
`;

/** Actions that CloudFormation itself calls to create, read, update and delete resources of these types. */
export async function handlerActions(bin: string, types: readonly string[]): Promise<Record<string, string[]>> {
  const { stdout } = await run(join(bin, 'python'), ['-c', PROGRAM, ...types], { maxBuffer: 10_000_000 });
  return JSON.parse(stdout) as Record<string, string[]>;
}
