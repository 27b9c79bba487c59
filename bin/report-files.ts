import { open, writeFile } from 'node:fs/promises';
import { junitOf } from '../sanity/report/junit.js';
import { printReport } from '../sanity/report/print.js';
import type { SanityReport } from '../sanity/report/schema.js';
import { pubsub_error } from '../src/base/error.js';
import { withOwnCommands } from './own-commands.js';
import { columnsOf, hasColors } from './terminal.js';

/** The destinations of a report: stdout as tables or JSON, and files. */
export interface ReportFlags {
  json?: true;
  report?: string;
  junit?: string;
}

/** A run whose report cannot be written is refused before it begins. */
export async function checkWritable({ report, junit }: ReportFlags): Promise<void> {
  for (const [flag, file] of Object.entries({ report, junit })) {
    if (file === undefined) continue;
    try {
      await (await open(file, 'a')).close();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new pubsub_error(
        'argument_invalid',
        'config',
        `--${flag} names ${file}, which cannot be written (${code})`,
      );
    }
  }
}

export async function writeReport(report: SanityReport, flags: ReportFlags): Promise<void> {
  const json = JSON.stringify(report, null, 2);
  if (flags.report !== undefined) await writeFile(flags.report, `${json}\n`);
  if (flags.junit !== undefined) await writeFile(flags.junit, junitOf(report));
  const text = flags.json
    ? json
    : printReport(withCommands(report), hasColors(process.stdout), columnsOf(process.stdout));
  process.stdout.write(`${text}\n`);
}

/** For people: before lines are broken. */
function withCommands(report: SanityReport): SanityReport {
  const checks = report.checks.map((check) => ({ ...check, hint: withOwnCommands(check.hint) }));
  return { ...report, checks };
}
