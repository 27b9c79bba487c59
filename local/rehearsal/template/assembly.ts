import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { refusal } from '../refusal.js';
import { parseTemplate } from './parse.js';

/** The folder that a template came in, and which of its files CDK would upload where. */
export interface Assembly {
  /** Paths of assets are relative to it. */
  readonly folder: string;
  /** By the key under which the template refers to them ("<hash>.zip"): paths in the folder. */
  readonly assets: Readonly<Record<string, string>>;
}

export interface LoadedTemplate {
  readonly template: unknown;
  readonly assembly: Assembly;
  /** As CDK and SAM would call the stack: the file's name without ".template.json". */
  readonly name: string;
}

const manifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      // An executable instead of a path: an asset that is built at deploy time.
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Reads a template and what lies beside it: `*.assets.json` of a CDK assembly, folders of a SAM project. */
export function loadTemplate(file: string): LoadedTemplate {
  const folder = dirname(file);
  const template = parseTemplate(readText(file), file);
  const name = basename(file).replace(/(\.template)?\.(json|ya?ml)$/, '');
  const manifests = readdirSync(folder).filter((entry) => entry.endsWith('.assets.json'));
  const assets: Record<string, string> = {};
  for (const entry of manifests) Object.assign(assets, readManifest(join(folder, entry)));
  return { template, name, assembly: { folder, assets } };
}

function readManifest(file: string): Record<string, string> {
  const { success, data, error } = manifest.safeParse(parseTemplate(readText(file), file));
  if (!success) throw refusal(file, `is no list of assets: ${error.issues[0]?.message ?? ''}`);
  return Object.fromEntries(
    Object.values(data.files).flatMap(({ source, destinations }) =>
      source.path === undefined
        ? []
        : Object.values(destinations).map(({ objectKey }) => [objectKey, source.path ?? ''] as const),
    ),
  );
}

function readText(file: string): string {
  if (!existsSync(file)) {
    throw refusal(file, 'is not there', 'Run `npx cdk synth` first, or name the template with --template.');
  }
  return readFileSync(file, 'utf8');
}
