import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import type { ExitCode } from '../action.js';
import { packageVersion } from '../package-version.js';
import { Progress } from '../progress.js';
import { checkWritable, writeTo, type ReportFlags } from '../report-files.js';
import { argumentsFor, givenBy, type TemplateFlags } from '../template-options.js';
import { hasColors } from '../terminal.js';

export interface NegativeFlags extends Pick<ReportFlags, 'json' | 'report'>, TemplateFlags {
  seed?: string;
  template?: string;
  context?: Record<string, string>;
}

/** The rows have fixed settings, so options of a single run are refused. */
const ofOneRun = [
  'count',
  'concurrency',
  'payloadBytes',
  'timeout',
  'sessionSeconds',
  'keep',
  'junit',
  'verbose',
  'scp',
  'clusterPolicy',
];

export function negativeOption(): Option {
  return new Option(
    '--negative',
    'with --rehearse: remove every right of every function, one at a time, and check that it is named (exit code 0: all were)',
  ).conflicts(ofOneRun);
}

/** `easy-pubsub sanity --rehearse --negative`: checks that a run which lacks a right names it. */
export async function negative(signal: AbortSignal, flags: NegativeFlags): Promise<ExitCode> {
  const { template, context = {}, json, report: file } = flags;
  await checkWritable({ report: file });
  const seed = flags.seed ?? randomBytes(4).toString('hex');
  const progress = new Progress();
  const [{ printMatrix }, { runNegative }] = await Promise.all([
    import('../../sanity/negative/print.js'),
    import('../../sanity/negative/run.js'),
  ]);
  let correct = 0;
  let judged = 0;
  const report = await runNegative({
    template,
    given: givenBy(flags),
    aboutIn: ({ region, account }) => argumentsFor({ ...flags, region, account }),
    context,
    seed,
    // The path of this program, in the checkout or in the package.
    program: process.argv[1] ?? '',
    version: packageVersion(),
    signal,
    onProgress: (sentence) => progress.show(judged === 0 ? sentence : `${sentence} (${correct} of ${judged} correct)`),
    onRow: ({ wrong }) => {
      judged += 1;
      if (wrong.length === 0) correct += 1;
    },
  }).finally(() => progress.end());
  const text = JSON.stringify(report, null, 2);
  process.stdout.write(`${json ? text : printMatrix(report, hasColors(process.stdout))}\n`);
  if (file !== undefined) await writeTo('report', file, `${text}\n`);
  return report.exit_code;
}
