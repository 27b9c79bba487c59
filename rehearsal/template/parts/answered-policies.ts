import { existsSync, readFileSync } from 'node:fs';
import { answerOption } from '../../answers.js';
import { decodeText } from '../../decode-text.js';
import { asksOf, isProblem, problem, reasonOf, type Problems } from '../../problem.js';
import type { PolicyModel } from '../model.js';
import { answerKey } from '../resolve/answer-keys.js';
import type { Resolving } from '../resolve/resolving.js';
import { Section } from '../resolve/section.js';
import { readPolicy } from './policies.js';

/** Whether an answer is a policy document, as JSON or as the name of a file with it, and not a name or an ARN. */
export function isDocument(section: Section): boolean {
  return section.isObject || /\.json$/.test(section.known() ?? '');
}

/** The policy in the answer. */
export function answeredPolicy(section: Section, resolving: Resolving, problems: Problems): PolicyModel {
  if (section.isObject) return readPolicy('answered', section, problems);
  const file = section.text();
  const content = problems.try(() => textOf(file, section.path));
  if (content === undefined) return { name: file, path: section.path, statements: [] };
  return readPolicy(file, new Section(resolving, content, file), problems);
}

/** The option that gives the policy of a principal that the template only names. */
function askForPolicy(path: string): string {
  return answerOption(answerKey(path) ?? path, 'POLICY.json');
}

function textOf(file: string, path: string): string {
  if (!existsSync(file)) throw problem(path, `the answer names the file ${file}, which does not exist`);
  return decodeText(readFileSync(file));
}

/**
 * The name or the ARN of what has policies. If it is open, the policies are asked for at once: a name alone would not
 * be enough.
 */
export function knownName(section: Section, unknown: string, hint?: string): string {
  try {
    return section.text();
  } catch (error) {
    if (!isProblem(error) || asksOf(error).length === 0) throw error;
    throw policyUnknown(section, `${reasonOf(error)}: ${unknown}`, hint);
  }
}

/** The refusal that asks for the policy of what is not in the template. */
export function policyUnknown(section: Section, sentence: string, hint?: string): Error {
  return problem(section.path, sentence, hint, [askForPolicy(section.path)]);
}
