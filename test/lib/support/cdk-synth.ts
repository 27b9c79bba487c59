import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY_ROOT } from '../../../lib/function-bundle.js';
import type { CfnTemplate } from './synthesize.js';

const run = promisify(execFile);
const CLI = join(REPOSITORY_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** What the CLI creates, without any credentials to use. */
export async function cdkSynth(folder: string, ...values: string[]): Promise<void> {
  await run(process.execPath, [CLI, 'synth', '--quiet', '--output', folder, ...values], {
    cwd: REPOSITORY_ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_VALIDATION: 'false',
    },
    timeout: 120_000,
  });
}

export interface DeployedFunction {
  /** Its logical id. */
  readonly id: string;
  readonly properties: Record<string, unknown>;
  /** The folder whose content is deployed. */
  readonly folder: string;
}

/** Every function of a synthesized stack, with the asset that its template names. */
export async function deployedFunctions(out: string, stack = 'SanityStack'): Promise<DeployedFunction[]> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(out, name), 'utf8'));
  const { Resources } = (await json(`${stack}.template.json`)) as CfnTemplate;
  const { files } = (await json(`${stack}.assets.json`)) as { files: Record<string, { source: { path: string } }> };
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]) => {
      const { S3Key = '' } = Properties['Code'] as { S3Key?: string };
      const asset = files[S3Key.replace(/\.zip$/, '')];
      if (asset === undefined) throw new Error(`${id} has no asset`);
      return { id, properties: Properties, folder: join(out, asset.source.path) };
    });
}
