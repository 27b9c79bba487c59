import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Answers } from '../../../../rehearsal/answers.js';
import type { GivenOptions } from '../../../../rehearsal/index.js';

/** Templates in the styles of public ones, each in a folder with its code and with the expected result. */
const FOLDER = join(import.meta.dirname, '..', 'corpus');

/**
 * The expected result for a template with these options. Parts that are not named are not checked, except refusals
 * and `runs`.
 */
export interface CorpusCase {
  readonly is: string;
  /** `{folder}` in answers is replaced by the template's folder. */
  readonly options?: Omit<GivenOptions, 'answers'> & { readonly answers?: readonly string[] };
  /** Logical ids of the functions that run. */
  readonly runs?: readonly string[];
  /** Functions that fail when they are invoked, with a part of the reason, which the list reports before. */
  readonly fails?: Readonly<Record<string, string>>;
  /** All paths that are set aside. */
  readonly setAside?: readonly string[];
  /** All paths that are not modelled. */
  readonly notModelled?: readonly string[];
  /** Some of the paths of made-up values. */
  readonly madeUp?: readonly string[];
  /** Parts without effect, and mistakes, by path: a part of each note; there may be others. */
  readonly notes?: Readonly<Record<string, string>>;
  readonly cluster?: string;
  readonly topics?: readonly string[];
  readonly groups?: readonly string[];
  /** Whether each function reaches the brokers, and a part of the reason. */
  readonly reach?: Readonly<Record<string, string>>;
  readonly why?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Variables that a function gets instead of the template's, if the brokers are on ports 1 and 2. */
  readonly changed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By role: "WriteData topic/orders". */
  readonly rights?: Readonly<
    Record<string, { readonly allowed: readonly string[]; readonly denied: readonly string[] }>
  >;
  /** By path: a part of each refusal, and no others; `{folder}` is replaced by the template's folder. */
  readonly refused?: Readonly<Record<string, string>>;
  /** All options that the refusal asks for. */
  readonly asks?: readonly string[];
  /** A part of the refusal's hint. */
  readonly hint?: string;
  /** A part of the message about an argument that is wrong. */
  readonly refusedArgument?: string;
}

interface Right {
  readonly template?: string;
  readonly cases: readonly CorpusCase[];
}

export interface CorpusEntry extends CorpusCase {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
}

export function corpus(): CorpusEntry[] {
  return readdirSync(FOLDER).flatMap((name) => {
    const own = join(FOLDER, name);
    if (!existsSync(join(own, 'right.json'))) throw new Error(`${name} has no expected result`);
    const { template = 'template.yaml', cases } = JSON.parse(readFileSync(join(own, 'right.json'), 'utf8')) as Right;
    return cases.map((one) => ({ ...one, name: `${name}: ${one.is}`, folder: own, file: join(own, template) }));
  });
}

export function optionsOf({ options: { answers = [], ...options } = {}, folder }: CorpusEntry): GivenOptions {
  return { ...options, answers: new Answers(answers.map((text) => text.replaceAll('{folder}', folder))) };
}
