import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { decodeText } from '../../decode-text.js';
import { problem } from '../../problem.js';
import { shown } from '../../../src/base/shape-sentence.js';
import { misshapen } from '../../shape.js';
import { isRecord } from '../resolve/values.js';
import { TEMPLATE_HINT } from './document.js';
import { stackManifest, type StackManifest } from './manifest.js';
import { refuseOtherFormats, unwrapped } from './other-formats.js';
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
  /** What is to be said of its text, each a sentence without its subject. */
  readonly remarks: readonly string[];
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
  const { value: content, remarks } = parseTemplate(readText(file), file);
  if (content === null || content === undefined) throw problem(file, 'is empty');
  const template = unwrapped(content, file);
  if (!isRecord(template)) throw problem(file, `must be an object, and is ${shown(template)}`, TEMPLATE_HINT);
  refuseOtherFormats(template, file);
  const manifest = stackManifest(folder, basename(file));
  const name = manifest.stackName ?? stackNameOf(basename(file));
  const manifests = readdirSync(folder).filter((entry) => entry.endsWith('.assets.json'));
  const assets: Record<string, string> = {};
  for (const entry of manifests) Object.assign(assets, readManifest(join(folder, entry)));
  return { template, remarks, name, manifest, assembly: { folder, assets } };
}

/** A file may have any name, a stack may not: letters, digits and hyphens, a letter first, at most 128. */
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
    throw problem(file, 'is not there', 'Run `npx cdk synth` first, or name the template with --template.');
  }
  if (statSync(file).isDirectory()) throw problem(file, 'is a folder, and must be a template', inFolder(file));
  try {
    return decodeText(readFileSync(file));
  } catch (error) {
    throw problem(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Which of a folder's files is likely meant. */
function inFolder(folder: string): string {
  const templates = readdirSync(folder).filter((name) => /\.template\.json$|^template\.ya?ml$/.test(name));
  const [only, ...others] = templates.map((name) => join(folder, name)).sort();
  if (only === undefined) return 'There is no template in it: CDK calls one NAME.template.json, SAM template.yaml.';
  return others.length === 0 ? `Did you mean --template ${only}?` : `It has several: ${[only, ...others].join(', ')}.`;
}
