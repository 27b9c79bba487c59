import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Answers } from '../../../../rehearsal/answers.js';
import type { GivenOptions } from '../../../../rehearsal/index.js';

/** Templates in the styles that public ones have, each in a folder with its code and with what is right for it. */
const FOLDER = join(import.meta.dirname, '..', 'corpus');

/** What is right for a template with these options. What is not named here is not looked at, refusals and `runs` apart. */
export interface CorpusCase {
  readonly is: string;
  /** `{folder}` in answers stands for the template's. */
  readonly options?: Omit<GivenOptions, 'answers'> & { readonly answers?: readonly string[] };
  /** Logical ids of the functions that run. */
  readonly runs?: readonly string[];
  /** Functions that fail when they are invoked, and a part of the reason: the list says it before. */
  readonly fails?: Readonly<Record<string, string>>;
  /** Paths of what is set aside: all of them. */
  readonly setAside?: readonly string[];
  /** Paths of what is not modelled: all of them. */
  readonly notModelled?: readonly string[];
  /** Paths of what is made up, among others. */
  readonly madeUp?: readonly string[];
  /** Of parts that have no effect, and of mistakes, by path: a part of each note, among others. */
  readonly notes?: Readonly<Record<string, string>>;
  readonly cluster?: string;
  readonly topics?: readonly string[];
  readonly groups?: readonly string[];
  /** Whether each function reaches the brokers, and a part of the reason. */
  readonly reach?: Readonly<Record<string, string>>;
  readonly why?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Variables that a function gets in place of the template's, where the brokers are on ports 1 and 2. */
  readonly changed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By role: "WriteData topic/orders". */
  readonly rights?: Readonly<
    Record<string, { readonly allowed: readonly string[]; readonly denied: readonly string[] }>
  >;
  /** By path: a part of each refusal, all of them; `{folder}` stands for the template's. */
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
    if (!existsSync(join(own, 'right.json'))) throw new Error(`${name} does not say what is right`);
    const { template = 'template.yaml', cases } = JSON.parse(readFileSync(join(own, 'right.json'), 'utf8')) as Right;
    return cases.map((one) => ({ ...one, name: `${name}: ${one.is}`, folder: own, file: join(own, template) }));
  });
}

export function optionsOf({ options: { answers = [], ...options } = {}, folder }: CorpusEntry): GivenOptions {
  return { ...options, answers: new Answers(answers.map((text) => text.replaceAll('{folder}', folder))) };
}
