import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readContext } from '../../lib/context.js';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { packageFile } from '../../lib/package-file.js';

export interface SynthesizeOptions {
  /** The folder for the assembly. */
  readonly folder: string;
  /** Context values, as with `-c key=value`. */
  readonly context: Readonly<Record<string, string>>;
  readonly deadline: Deadline;
}

/**
 * Prepares the synthesis of this project's stack. Wrong context values are refused before anything is started.
 *
 * @throws pubsub_error `config_invalid` that names every wrong value; `template_refused` if there is no app
 */
export async function synthesis(
  context: SynthesizeOptions['context'],
): Promise<(folder: string, deadline: Deadline) => Promise<string>> {
  const { settings } = theApp();
  readContext({ ...(await flagsIn(settings)), ...context });
  return (folder, deadline) => synthesize({ folder, context, deadline });
}

/**
 * Synthesizes what `npx cdk synth` would deploy, without the CLI: the same app, with the same context, in a process
 * of its own.
 *
 * @returns the template's file
 * @throws pubsub_error `config_invalid` with the app's error; `template_refused` if there is no app
 */
export async function synthesize({ folder, context, deadline }: SynthesizeOptions): Promise<string> {
  const { app, settings } = theApp();
  const flags = await flagsIn(settings);
  const said = await runApp(
    app,
    { CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...context }) },
    deadline,
  );
  const template = join(folder, `${context['stackName'] ?? 'SanityStack'}.template.json`);
  if (said.code === 0 && existsSync(template)) return template;
  throw new pubsub_error('config_invalid', 'rehearsal', `the stack could not be synthesized: ${said.text.trim()}`, {
    hint: 'npx cdk synth prints the same error; docs/aws.md lists every context value.',
  });
}

function theApp(): { readonly app: string; readonly settings: string } {
  const app = packageFile(join('bin', 'sanity-environment.ts'));
  const settings = packageFile('cdk.json');
  if (app !== undefined && settings !== undefined && existsSync(app)) return { app, settings };
  throw new pubsub_error('template_refused', 'rehearsal', 'there is no CDK app to synthesize here', {
    hint: 'Name a template: --template cdk.out/NAME.template.json. The app is in the repository, not in the package.',
  });
}

async function flagsIn(settings: string): Promise<Record<string, unknown>> {
  return (JSON.parse(await readFile(settings, 'utf8')) as { context: Record<string, unknown> }).context;
}

async function runApp(
  app: string,
  variables: Record<string, string>,
  deadline: Deadline,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', app], {
    // CDK's validation of the template takes two thirds of the time (8 of 12 s of CPU) and does not change it.
    env: { ...process.env, CDK_VALIDATION: 'false', ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
    // This process handles Ctrl-C; the signal of the deadline ends the app.
    detached: true,
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<{ code: number | null; text: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, text }));
  });
  try {
    return await deadline.race(ended, { stage: 'rehearsal', what: 'the synthesis of the stack' });
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
