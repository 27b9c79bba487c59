import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTemplate, synthesize, takePlace, type GivenOptions, type TakenPlace } from '../../rehearsal/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { borrowAssembly } from './borrowed-assembly.js';
import { matrixSettings } from './judge.js';
import { runMatrix, type MatrixOptions } from './matrix.js';
import { matrixReport, type MatrixReport } from './report.js';

export interface NegativeRunOptions extends Pick<MatrixOptions, 'seed' | 'program' | 'onProgress' | 'onRow'> {
  /** @default the stack of `npx cdk synth` with this context */
  readonly template: string | undefined;
  /** The assumed place of the stack. @default as the template and the files beside it say */
  readonly given: GivenOptions;
  /** The options for a stack in that place, with values that the template does not have. */
  readonly aboutIn: (place: Pick<TakenPlace, 'region' | 'account'>) => readonly string[];
  readonly context: Readonly<Record<string, string>>;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** For the whole matrix, which takes two to five minutes. */
const MATRIX_MS = 1_800_000;

/**
 * The whole negative matrix of a stack: a row for each right of its functions, and controls among them.
 *
 * @throws pubsub_error only when it could not be run: a template that cannot be rehearsed, no Kafka, aborted
 */
export async function runNegative(options: NegativeRunOptions): Promise<MatrixReport> {
  const { template: given, context, seed, signal, onProgress } = options;
  const deadline = new Deadline(MATRIX_MS, signal);
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-matrix-'));
  try {
    if (given === undefined) onProgress('the synthesis of the stack');
    const template =
      given === undefined
        ? await synthesize({ folder, context, deadline })
        : // Read first: an error names the user's own file.
          (loadTemplate(given), await borrowAssembly(given, folder));
    const loaded = loadTemplate(template);
    const { name: stackName } = loaded;
    const place = takePlace(loaded, options.given);
    const rows = await runMatrix({ ...options, about: options.aboutIn(place), template, stackName, deadline });
    return matrixReport({
      rows,
      seed,
      stackName,
      template: given ?? 'synthesized',
      place,
      version: options.version,
      ms: performance.now() - began,
      settings: matrixSettings,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
