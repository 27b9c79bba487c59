import { existsSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { problem } from '../../problem.js';
import type { FunctionCode } from '../model.js';
import type { ReadOptions } from '../options.js';
import type { Resource } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/** Whether a function is a container image, which has no code in a folder. */
export function isImage({ properties }: Resource): boolean {
  const code = properties.lenient.get('Code');
  return properties.lenient.get('PackageType').known() === 'Image' || (code.isObject && code.get('ImageUri').present);
}

/** The code of a function on this machine; it is never downloaded. */
export function readCode({ properties, metadata, path, options }: Resource): FunctionCode {
  const code = properties.get('Code');
  const inline = isPath(code) ? undefined : code.get('ZipFile');
  if (inline?.present === true) return { kind: 'inline', text: inline.text() };
  const place = placeOf(code, metadata, options);
  if (place === undefined) {
    const key = isPath(code) ? undefined : code.get('S3Key');
    throw problem(
      code.path,
      key?.present === true
        ? `is in S3 (${key.lenient.textOr('a key from elsewhere')}) and not among the template’s assets`
        : 'is missing',
      'Rehearse the output of `cdk synth`, or a SAM project with its code beside the template.',
    );
  }
  if (options.assembly === undefined) {
    throw problem(path, `its code is in ${place}, and the folder of the template is unknown`);
  }
  const full = isAbsolute(place) ? place : join(options.assembly.folder, place);
  return { kind: /\.(zip|jar)$/.test(full) ? 'zip' : 'folder', path: full };
}

/**
 * Where the code or a layer's content is, relative to the template: from CDK's metadata of the resource, from a SAM
 * template, or from a list of assets.
 */
export function placeOf(
  code: Section,
  metadata: Readonly<Record<string, unknown>>,
  { assembly }: ReadOptions,
): string | undefined {
  if (isPath(code)) {
    const text = code.text();
    return /^\w+:\/\//.test(text) ? undefined : text;
  }
  const local = code.get('LocalPath');
  if (local.present) return local.text();
  const path = metadata['aws:asset:path'];
  if (typeof path === 'string' && /^(Code|Content)$/.test(String(metadata['aws:asset:property']))) return path;
  const key = code.lenient.get('S3Key').known();
  if (key === undefined || assembly === undefined) return undefined;
  const file = basename(key);
  // The Serverless Framework leaves the archive beside the template, which names it in S3.
  return assembly.assets[file] ?? (existsSync(join(assembly.folder, file)) ? file : undefined);
}

/** A local path, which `aws cloudformation package` would upload to S3. */
function isPath(code: Section): boolean {
  return code.present && !code.isObject && typeof code.value() === 'string';
}
