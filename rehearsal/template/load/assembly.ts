import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { decodeText } from '../../decode-text.js';
import { problem } from '../../problem.js';
import { shown } from '../../../src/base/shape-sentence.js';
import { misshapen } from '../../shape.js';
import { isRecord } from '../resolve/values.js';
import { TEMPLATE_HINT } from './document.js';
import type { RepeatedKey } from './marked-keys.js';
import { stackManifest, type StackManifest } from './manifest.js';
import { refuseOtherFormats, unwrapped } from './other-formats.js';
import { parseTemplate } from './parse.js';

/** The folder that contains a template, and the files that CDK would upload. */
export interface Assembly {
  /** Paths of assets are relative to it. */
  readonly folder: string;
  /** Paths in the folder, by the key with which the template refers to them ("<hash>.zip"). */
  readonly assets: Readonly<Record<string, string>>;
}

export interface LoadedTemplate {
  readonly template: unknown;
  /** Remarks about its text, each a sentence without its subject. */
  readonly remarks: readonly string[];
  /** Keys that it has twice: the last one counts. */
  readonly repeated: readonly RepeatedKey[];
  readonly assembly: Assembly;
  /** The stack name that CDK would use, else a stack name derived from the file name without ".template.json". */
  readonly name: string;
  /** What `manifest.json` says about it, if the file exists. */
  readonly manifest: StackManifest;
}

const assetList = z.object({
  files: z.record(
    z.string(),
    z.object({
      // An asset that is built at deploy time has an executable instead of a path.
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Reads a template and the files beside it: `*.assets.json` of a CDK assembly, folders of a SAM project. */
export function loadTemplate(file: string): LoadedTemplate {
  const folder = dirname(file);
  const { value: template, remarks, repeated } = unwrapped(parseTemplate(readText(file), file), file);
  if (template === null || template === undefined) throw problem(file, 'is empty');
  if (!isRecord(template)) throw problem(file, `must be an object, and is ${shown(template)}`, TEMPLATE_HINT);
  refuseOtherFormats(template, file);
  const manifest = stackManifest(folder, basename(file));
  const name = manifest.stackName ?? stackNameOf(basename(file));
  const manifests = readdirSync(folder).filter((entry) => entry.endsWith('.assets.json'));
  const assets: Record<string, string> = {};
  for (const entry of manifests) Object.assign(assets, readManifest(join(folder, entry)));
  return { template, remarks, repeated, name, manifest, assembly: { folder, assets } };
}

/**
 * A file may have any name. A stack's name has letters, digits and hyphens, begins with a letter, and has at most 128
 * characters.
 */
function stackNameOf(file: string): string {
  const name = file.replace(/(\.template)?\.(json|ya?ml)$/, '').replaceAll(/[^A-Za-z0-9-]/g, '-');
  return (/^[A-Za-z]/.test(name) ? name : `Stack-${name}`).slice(0, 128);
}

function readManifest(file: string): Record<string, string> {
  const { value: content } = parseTemplate(readText(file), file);
  const { success, data, error } = assetList.safeParse(content);
  if (!success) {
    const { path, sentence } = misshapen(error, content);
    throw problem(file, `is not a list of assets: ${[path.join('.'), sentence].filter(Boolean).join(' ')}`);
  }
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
    throw problem(file, 'does not exist', 'Run `npx cdk synth` first, or name the template with --template.');
  }
  if (statSync(file).isDirectory()) throw problem(file, 'is a folder, and must be a template', inFolder(file));
  try {
    return decodeText(readFileSync(file));
  } catch (error) {
    throw problem(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The file in a folder that is probably meant. */
function inFolder(folder: string): string {
  const templates = readdirSync(folder).filter((name) => /\.template\.json$|^template\.ya?ml$/.test(name));
  const [only, ...others] = templates.map((name) => join(folder, name)).sort();
  if (only === undefined) return 'It contains no template: CDK names it NAME.template.json, SAM template.yaml.';
  return others.length === 0
    ? `Did you mean --template ${only}?`
    : `It contains several: ${[only, ...others].join(', ')}.`;
}
