import type { Command } from 'commander';
import { drawRows } from '../../sanity/negative/draw.js';
import { judgeRows } from '../../sanity/negative/judge.js';
import type { MatrixMessage } from '../../sanity/negative/matrix.js';
import { action, type ExitCode } from '../action.js';
import { between } from '../arguments.js';
import { packageVersion } from '../package-version.js';

interface DrawFlags {
  stackName: string;
  seed: string;
}

interface JudgeFlags {
  stackName: string;
  rows: number;
}

/** `easy-pubsub rehearse`: a stack on this machine, as if it were in AWS. */
export function rehearseCommand(program: Command): void {
  const rehearse = program.command('rehearse').description('a stack on this machine, its policies enforced');
  rehearse
    .command('draw', { hidden: true })
    .description('part of sanity --rehearse --negative: writes a template for each right, without it')
    .argument('<template>')
    .requiredOption('--stack-name <name>')
    .requiredOption('--seed <text>')
    .action(action(draw));
  rehearse
    .command('judge', { hidden: true })
    .description('part of sanity --rehearse --negative: gives a verdict on each of these templates')
    .argument('<template>')
    .requiredOption('--stack-name <name>')
    .requiredOption('--rows <n>', '', between(1, 1_000))
    .action(action(judge));
}

function tell(message: MatrixMessage): void {
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(message)}\n`);
  else process.send(message);
}

async function draw(_signal: AbortSignal, template: string, { stackName, seed }: DrawFlags): Promise<ExitCode> {
  tell({ tell: 'drawn', answers: drawRows(template, stackName, seed) });
  return Promise.resolve(0);
}

async function judge(signal: AbortSignal, template: string, { stackName, rows }: JudgeFlags): Promise<ExitCode> {
  await judgeRows({
    template,
    stackName,
    rows,
    version: packageVersion(),
    signal,
    onProgress: (sentence) => tell({ tell: 'progress', sentence }),
    onReport: (row, report) => tell({ tell: 'report', row, report }),
  });
  return 0;
}
