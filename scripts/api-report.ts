/**
 * The public API of the library as text, one for each entry point, which API Extractor creates from the published
 * declarations. The pages of docs keep it, so that a change of a public type shows in the diff of a commit.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

/** The reports, by the entry point in src that they are about. */
export const apiReportPages = {
  'index.ts': 'docs/easy-pubsub.api.md',
  'opentelemetry/index.ts': 'docs/easy-pubsub-opentelemetry.api.md',
} as const;

type EntryPoint = keyof typeof apiReportPages;

/**
 * Types that are part of the public API, and are not exported by name there: those that zod infers from the settings,
 * and the ports, which src/index.ts exports.
 */
const unnamed: Readonly<Record<EntryPoint, readonly string[]>> = {
  'index.ts': ['sectionsSchema', 'CheckedSections'],
  'opentelemetry/index.ts': ['tracing', 'metrics'],
};

/**
 * The text of each page.
 *
 * @throws Error if a public type mentions a type that its entry point does not export
 */
export async function apiReports(): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-api-'));
  try {
    const types = join(folder, 'types');
    // The types themselves are checked by `npm run check`.
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '--noCheck', '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', types]);
    const reports: Record<string, string> = {};
    for (const [entry, page] of Object.entries(apiReportPages) as [EntryPoint, string][]) {
      const problems = await extract(types, entry, folder);
      if (problems.length > 0) throw new Error(problems.join('\n'));
      reports[page] = await readFile(join(folder, basename(page)), 'utf8');
    }
    return reports;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function extract(types: string, entryPoint: EntryPoint, folder: string): Promise<string[]> {
  const entry = join(types, entryPoint.replace('.ts', '.d.ts'));
  const warning = { logLevel: ExtractorLogLevel.Warning };
  const none = { logLevel: ExtractorLogLevel.None };
  const reportTempFolder = join(folder, 'temp');
  await mkdir(reportTempFolder, { recursive: true });
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { extends: join(ROOT, 'tsconfig.json'), include: [], files: [entry] } },
      apiReport: {
        enabled: true,
        reportFileName: basename(apiReportPages[entryPoint], '.api.md'),
        reportFolder: folder,
        reportTempFolder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: warning },
        // Everything that an entry point exports is public, without a tag.
        extractorMessageReporting: { default: warning, 'ae-missing-release-tag': none, 'ae-undocumented': none },
        tsdocMessageReporting: { default: none },
      },
    },
    configObjectFullPath: join(ROOT, 'api-extractor.json'),
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
  const problems: string[] = [];
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      const isUnnamed = unnamed[entryPoint].some((name) => message.text.startsWith(`The symbol "${name}" `));
      if (['console-preamble', 'console-api-report-created'].includes(message.messageId) || isUnnamed) return;
      if (message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning)
        problems.push(message.text);
    },
  });
  return problems;
}
