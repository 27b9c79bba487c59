import { isAbsolute, join } from 'node:path';
import { refusal } from '../../refusal.js';
import type { FunctionCode } from '../model.js';
import type { Resource } from '../resolve/resources.js';

/** A function's code, where it lies here: never fetched from anywhere. */
export function readCode({ properties, metadata, path, options: { assembly } }: Resource): FunctionCode {
  const code = properties.get('Code');
  if (properties.get('PackageType').optionalText() === 'Image' || (code.present && code.get('ImageUri').present)) {
    throw refusal(code.path, 'is a container image; a rehearsal runs code in folders and archives');
  }
  const inline = code.get('ZipFile');
  if (inline.present) return { kind: 'inline', text: inline.text() };
  const file = localPath(metadata, code.get('LocalPath').optionalText()) ?? assetPath();
  if (file === undefined) {
    throw refusal(
      code.path,
      `is in S3 (${code.get('S3Key').optionalText() ?? 'no key'}) and not among the template’s assets`,
      'Rehearse the output of `cdk synth` or a SAM project’s folder, with the code beside the template.',
    );
  }
  if (assembly === undefined) throw refusal(path, `its code is in ${file}, and the folder of the template is unknown`);
  const full = isAbsolute(file) ? file : join(assembly.folder, file);
  return { kind: /\.(zip|jar)$/.test(full) ? 'zip' : 'folder', path: full };

  function assetPath(): string | undefined {
    const key = code.get('S3Key').optionalText();
    return key === undefined ? undefined : assembly?.assets[key.split('/').at(-1) ?? key];
  }
}

/** CDK says beside a resource where its asset lies; the reader of SAM templates puts the folder into the code. */
function localPath(metadata: Readonly<Record<string, unknown>>, given: string | undefined): string | undefined {
  const path = metadata['aws:asset:path'];
  if (given !== undefined) return given;
  return typeof path === 'string' && metadata['aws:asset:property'] === 'Code' ? path : undefined;
}
