import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../problem.js';
import type { Assembly, InspectedCode } from '../../template/index.js';
import { filesInArchive } from './archive.js';
import { handlerFile, handlerModule } from './handler-file.js';
import { declaredPackages, isOfRuntime, missingPackages } from './needed-packages.js';

/**
 * Checks a function's code before anything runs: that it exists, has the handler's file, and has the packages that it
 * needs.
 *
 * @returns remarks about code that can run
 * @throws pubsub_error `template_refused` for code that could not be loaded
 */
export function inspectCode(inspected: InspectedCode, { folder: top }: Assembly): string[] {
  const { code, codePath, handler, handlerPath, layers } = inspected;
  const module = handlerModule(handler);
  if (module === undefined) throw problem(handlerPath, `${JSON.stringify(handler)} should look like index.handler`);
  if (code.kind === 'inline') {
    if (module === 'index') return [];
    throw problem(
      handlerPath,
      `${handler} names another file: inline code is index.js, so its handler starts with index.`,
    );
  }
  const place = code.path;
  if (!existsSync(place)) throw problem(codePath, `${place} does not exist`, buildAdvice(inspected, top));
  if (code.kind === 'zip') {
    const files = namesIn(place, codePath);
    findHandler(inspected, (file) => files.includes(file), top);
    return [];
  }
  if (!statSync(place).isDirectory()) throw problem(codePath, `${place} is a file, and must be a folder with the code`);
  const file = findHandler(inspected, (name) => existsSync(join(place, name)), top);
  const missing = missingPackages(
    place,
    file,
    layers.map((layer) => join(layer, 'nodejs')),
  );
  const declared = declaredPackages(place, top);
  const needed = missing.filter((name) => declared.includes(name) && !isOfRuntime(name));
  if (needed.length > 0) {
    throw problem(
      codePath,
      `${place} has no node_modules with ${needed.join(', ')}, which ${file} needs`,
      buildAdvice(inspected, top),
    );
  }
  return missing
    .filter(isOfRuntime)
    .map((name) => `${file} needs ${name}, which Lambda’s runtime provides and a rehearsal does not`);
}

function findHandler(
  { code, handler, handlerPath, ...rest }: InspectedCode,
  has: (file: string) => boolean,
  top: string,
): string {
  const module = handlerModule(handler) ?? handler;
  const { file, source } = handlerFile(module.replace(/^\.\//, ''), has);
  if (file !== undefined) return file;
  const where = code.kind === 'inline' ? 'the code' : code.path;
  const built = source === undefined ? '' : `, only ${source}, which has to be built`;
  throw problem(
    handlerPath,
    `${handler}: ${where} has no ${module}.js${built}`,
    source === undefined ? undefined : buildAdvice({ code, handler, handlerPath, ...rest }, top),
  );
}

function namesIn(file: string, path: string): string[] {
  try {
    return filesInArchive(file);
  } catch {
    throw problem(path, `${file} is not a readable .zip file`);
  }
}

/** How to build the code of a project that is not built yet. */
function buildAdvice({ isSam }: InspectedCode, top: string): string {
  if (!isSam) return 'Build the project first (`cdk synth`, `npm ci`), or name the built template.';
  const built = join(top, '.aws-sam', 'build', 'template.yaml');
  return existsSync(built)
    ? `It is built already: give --template ${built}.`
    : `Run \`sam build\`, then give --template ${built}.`;
}
