import { lstatSync } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { junitOf } from '../sanity/report/junit.js';
import { printReport } from '../sanity/report/print.js';
import type { SanityReport } from '../sanity/report/schema.js';
import { pubsub_error } from '../src/base/error.js';
import { systemCode } from '../src/base/thrown.js';
import { withOwnCommands } from './own-commands.js';
import { columnsOf, hasColors } from './terminal.js';

/** The destinations of a report: stdout as tables or JSON, and files. */
export interface ReportFlags {
  json?: true;
  report?: string | undefined;
  junit?: string | undefined;
}

/** A run whose report cannot be written is refused before it begins. */
export async function checkWritable({ report, junit }: ReportFlags): Promise<void> {
  if (report !== undefined && junit !== undefined && resolve(report) === resolve(junit))
    throw new pubsub_error('argument_invalid', 'config', `--report and --junit name the same file, ${report}`);
  for (const [flag, file] of Object.entries({ report, junit })) {
    if (file === undefined) continue;
    // Not through a link, whose target may be missing: the link must stay.
    const isNew = lstatSync(file, { throwIfNoEntry: false }) === undefined;
    try {
      await (await open(file, 'a')).close();
      if (isNew) await rm(file);
    } catch (error) {
      throw new pubsub_error(
        'argument_invalid',
        'config',
        `--${flag} names ${file}, which cannot be written (${systemCode(error)})`,
      );
    }
  }
}

/**
 * Prints the report first: a disk that is full must not hide the verdict.
 *
 * @throws pubsub_error `argument_invalid` if a file could not be written
 */
export async function writeReport(report: SanityReport, flags: ReportFlags): Promise<void> {
  const json = JSON.stringify(report, null, 2);
  const text = flags.json
    ? json
    : printReport(withCommands(report), hasColors(process.stdout), columnsOf(process.stdout));
  process.stdout.write(`${text}\n`);
  const written = await Promise.allSettled([
    flags.report === undefined ? undefined : writeTo('report', flags.report, `${json}\n`),
    flags.junit === undefined ? undefined : writeTo('junit', flags.junit, junitOf(report)),
  ]);
  // Both are tried, and the first failure is reported.
  for (const one of written) if (one.status === 'rejected') throw one.reason;
}

/** @throws pubsub_error `argument_invalid` */
export async function writeTo(flag: string, file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new pubsub_error(
      'argument_invalid',
      'config',
      `--${flag} names ${file}, which could not be written (${systemCode(error)}); the result is on standard output`,
    );
  }
}

/** For people: before lines are broken. */
function withCommands(report: SanityReport): SanityReport {
  const checks = report.checks.map((check) => ({ ...check, hint: withOwnCommands(check.hint) }));
  return { ...report, checks };
}
