import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { refusal } from '../refusal.js';
import { stackManifest, type StackManifest } from './manifest.js';
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
  /** As CDK would call the stack, else a stack's name made of the file's: without ".template.json". */
  readonly name: string;
  /** What `manifest.json` says of it, where there is one. */
  readonly manifest: StackManifest;
}

const assetList = z.object({
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
  const manifest = stackManifest(folder, basename(file));
  const name = manifest.stackName ?? stackNameOf(basename(file));
  const manifests = readdirSync(folder).filter((entry) => entry.endsWith('.assets.json'));
  const assets: Record<string, string> = {};
  for (const entry of manifests) Object.assign(assets, readManifest(join(folder, entry)));
  return { template, name, manifest, assembly: { folder, assets } };
}

/** A file may have any name, a stack may not: letters, digits and hyphens, a letter first, at most 128. */
function stackNameOf(file: string): string {
  const name = file.replace(/(\.template)?\.(json|ya?ml)$/, '').replaceAll(/[^A-Za-z0-9-]/g, '-');
  return (/^[A-Za-z]/.test(name) ? name : `Stack-${name}`).slice(0, 128);
}

function readManifest(file: string): Record<string, string> {
  const { success, data, error } = assetList.safeParse(parseTemplate(readText(file), file));
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
