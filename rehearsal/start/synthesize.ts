import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { projectFile } from '../../local/os/project-files.js';

export interface SynthesizeOptions {
  /** Where the assembly goes. */
  readonly folder: string;
  /** As `-c key=value` gives it. */
  readonly context: Readonly<Record<string, string>>;
  readonly deadline: Deadline;
}

/**
 * What `npx cdk synth` would deploy, without the CLI around it: the same app, with the same context, in a process of its
 * own.
 *
 * @returns the template's file
 * @throws pubsub_error `config_invalid` with what the app said; `template_refused` where there is no app
 */
export async function synthesize({ folder, context, deadline }: SynthesizeOptions): Promise<string> {
  const app = projectFile(join('bin', 'sanity-environment.ts'));
  const settings = projectFile('cdk.json');
  if (app === undefined || settings === undefined || !existsSync(app)) {
    throw new pubsub_error('template_refused', 'rehearsal', 'there is no CDK app here to synthesize', {
      hint: 'Name a template: --template cdk.out/NAME.template.json. The app is in the repository, not in the package.',
    });
  }
  const { context: flags } = JSON.parse(await readFile(settings, 'utf8')) as { context: Record<string, unknown> };
  const said = await runApp(
    app,
    { CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) },
    deadline,
  );
  const template = join(folder, `${context['stackName'] ?? 'SanityStack'}.template.json`);
  if (said.code === 0 && existsSync(template)) return template;
  throw new pubsub_error('config_invalid', 'rehearsal', `the stack could not be synthesized: ${said.text.trim()}`, {
    hint: 'npx cdk synth says the same; docs/aws.md lists every context value.',
  });
}

async function runApp(
  app: string,
  variables: Record<string, string>,
  deadline: Deadline,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', app], {
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C is for us; it ends with our deadline's signal.
    detached: true,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
  try {
    return await deadline.race(ended, { stage: 'rehearsal', what: 'the stack to be synthesized' });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
