/**
 * The public API of the library as one string, which API Extractor creates from the published declarations.
 * docs/easy-pubsub.api.md keeps it, so that a change of a public type shows in the diff of a commit.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { declarationOf, entries, specifierOf } from './entries.js';

const ROOT = join(import.meta.dirname, '..');

export const API_REPORT = 'docs/easy-pubsub.api.md';

/** Types that are part of the public API and are not exported by name: those that zod infers from the settings. */
const unnamed = new Set(['sectionsSchema', 'CheckedSections']);

/**
 * The reports of all entry points, one after the other.
 *
 * @param types the folder of the published declarations
 * @throws Error if a public type mentions a type that no entry point exports
 */
export async function apiReport(types: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-api-'));
  try {
    const elsewhere = new Set(unnamed);
    const parts: string[] = [];
    for (const entry of Object.keys(entries)) {
      const own = join(folder, entry);
      const problems = await extract(join(types, declarationOf(entry)), own, elsewhere);
      if (problems.length > 0) throw new Error(problems.join('\n'));
      const report = await readFile(join(own, 'easy-pubsub.api.md'), 'utf8');
      parts.push(report.replace(/^## .*$/m, `## API Report File for "${specifierOf(entry)}"`));
      for (const [, exported = ''] of report.matchAll(/^export (?:class|const|function|interface|type) (\w+)/gm))
        elsewhere.add(exported);
    }
    return parts.join('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param elsewhere names that another entry point exports, or that need no name */
async function extract(entry: string, folder: string, elsewhere: ReadonlySet<string>): Promise<string[]> {
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
        reportFileName: 'easy-pubsub',
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
      const isUnnamed = [...elsewhere].some((name) => message.text.startsWith(`The symbol "${name}" `));
      if (['console-preamble', 'console-api-report-created'].includes(message.messageId) || isUnnamed) return;
      if (message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning)
        problems.push(message.text);
    },
  });
  return problems;
}
