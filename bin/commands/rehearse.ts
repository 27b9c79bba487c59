import type { Command } from 'commander';
import type { MatrixMessage } from '../../sanity/negative/matrix.js';
import { pubsub_error } from '../../src/base/error.js';
import { action, type ExitCode } from '../action.js';
import { between } from '../arguments.js';
import { packageVersion } from '../package-version.js';
import { addTemplateOptions, givenBy, type TemplateFlags } from '../template-options.js';
import { rehearseUpCommand } from './rehearse-up.js';

interface RowFlags extends TemplateFlags {
  stackName: string;
}

interface DrawFlags extends RowFlags {
  seed: string;
}

interface JudgeFlags extends RowFlags {
  rows: number;
}

/** `easy-pubsub rehearse`: a stack on this machine, as if it were in AWS. */
export function rehearseCommand(program: Command): void {
  const rehearse = program.command('rehearse').description('run a stack on this machine with its policies enforced');
  rehearseUpCommand(rehearse);
  const draws = rehearse
    .command('draw', { hidden: true })
    .description('part of sanity --rehearse --negative: writes one template per right, each without that right')
    .argument('<template>')
    .requiredOption('--stack-name <name>')
    .requiredOption('--region <region>')
    .requiredOption('--seed <text>');
  addTemplateOptions(draws).action(action(reported(draw)));
  const judges = rehearse
    .command('judge', { hidden: true })
    .description('part of sanity --rehearse --negative: gives a verdict on each of these templates')
    .argument('<template>')
    .requiredOption('--stack-name <name>')
    .requiredOption('--region <region>')
    .requiredOption('--rows <n>', '', between(1, 1_000));
  addTemplateOptions(judges).action(action(reported(judge)));
}

function tell(message: MatrixMessage): void {
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(message)}\n`);
  else process.send(message);
}

type Run<A extends unknown[]> = (signal: AbortSignal, ...args: A) => Promise<ExitCode>;

/** For a parent process: reports failures to it, and exits when the parent has ended. */
function reported<A extends unknown[]>(run: Run<A>): Run<A> {
  return async (signal, ...args) => {
    const left = new AbortController();
    const onDisconnect = (): void => left.abort(new Error('the parent process is gone'));
    process.once('disconnect', onDisconnect);
    try {
      return await run(AbortSignal.any([signal, left.signal]), ...args);
    } catch (error) {
      const { code, stage, raw_message, hint } = pubsub_error.from(error, 'rehearsal');
      if (process.connected) tell({ tell: 'failed', error: { code, stage, raw_message, hint } });
      throw error;
    } finally {
      process.off('disconnect', onDisconnect);
    }
  };
}

async function draw(_signal: AbortSignal, template: string, flags: DrawFlags): Promise<ExitCode> {
  const { stackName, seed } = flags;
  const { drawRows } = await import('../../sanity/negative/draw.js');
  tell({ tell: 'drawn', answers: drawRows({ template, stackName, given: givenBy(flags), seed }) });
  return 0;
}

async function judge(signal: AbortSignal, template: string, flags: JudgeFlags): Promise<ExitCode> {
  const { stackName, rows } = flags;
  const { judgeRows } = await import('../../sanity/negative/judge.js');
  await judgeRows({
    template,
    stackName,
    given: givenBy(flags),
    rows,
    version: packageVersion(),
    signal,
    onProgress: (sentence) => tell({ tell: 'progress', sentence }),
    onReport: (row, report) => tell({ tell: 'report', row, report }),
  });
  return 0;
}
