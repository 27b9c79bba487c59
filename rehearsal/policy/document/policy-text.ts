import { pubsub_error } from '../../../src/base/error.js';
import { eachOf, problem } from '../../problem.js';
import { repeatedKeys } from './repeated-keys.js';

/** A policy document, and its place in the text. */
export interface PolicyDocument {
  readonly path: string;
  readonly document: unknown;
}

/** The keys in which the AWS CLI, Terraform and CloudFormation wrap a document. */
const wrappers = ['PolicyVersion', 'PolicyDocument', 'Document', 'Policy', 'Content', 'Properties', 'policy'] as const;
/** Keys that describe a policy without its document. */
const described = ['DefaultVersionId', 'PolicySummary', 'AttachedPolicies', 'PolicyNames', 'Versions', 'Role'];
const DEEPEST = 5;

/**
 * The policy documents in a string: JSON as IAM accepts it; also within the output of `aws iam get-policy-version`,
 * `get-role-policy`, `aws organizations describe-policy` and `aws kafka get-cluster-policy`; several in a list. In
 * this output a document may be a string with JSON, which may be URL-encoded.
 *
 * @param path where the text is from
 * @throws pubsub_error `argument_invalid` for what is not valid JSON, and for a string without a document
 */
export function policyDocuments(text: string, path: string): PolicyDocument[] {
  if (text.trim() === '') throw invalid(`${path} is empty`, 'It should be a policy document, in JSON.');
  const documents = unwrapped(parsed(text.trim(), path), path, 0);
  if (documents.length === 0) throw invalid(`${path} contains no policy document`, 'It should be one, in JSON.');
  return documents;
}

function unwrapped(value: unknown, path: string, depth: number): PolicyDocument[] {
  if (depth > DEEPEST) return [{ path, document: value }];
  if (typeof value === 'string' && isDocumentLike(value)) return unwrapped(parsed(value, path), path, depth + 1);
  if (Array.isArray(value)) {
    return value.flatMap((one, at) => unwrapped(one, `${path}[${at}]`, depth + 1));
  }
  if (typeof value !== 'object' || value === null) return [{ path, document: value }];
  if ('Statement' in value) return [{ path, document: value }];
  const known = wrappers.find((name) => name in value && isDocumentLike((value as Record<string, unknown>)[name]));
  if (known !== undefined) {
    return unwrapped((value as Record<string, unknown>)[known], `${path}.${known}`, depth + 1);
  }
  const only = described.find((name) => name in value);
  if (only !== undefined) {
    throw invalid(
      `${path} describes a policy and has no document (it has ${only})`,
      'aws iam get-policy-version --policy-arn ARN --version-id ID prints its document.',
    );
  }
  return [{ path, document: value }];
}

function isDocumentLike(value: unknown): boolean {
  return typeof value === 'object' ? value !== null : typeof value === 'string' && /^\s*(\{|\[|%7B)/i.test(value);
}

function parsed(text: string, path: string): unknown {
  const plain = /^%7B/i.test(text) ? decoded(text, path) : text;
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (error) {
    throw invalid(`${path} is not JSON: ${whereOf(error, plain)}`, undefined, error);
  }
  refuseRepeatedKeys(plain, path);
  return value;
}

/**
 * Refuses a document with the same key twice in one object, as IAM does (IAM user guide, "Grammar of the IAM JSON
 * policy language"): otherwise the rights would depend on which of the two counts.
 *
 * @throws pubsub_error `template_refused` for all of them at once
 */
export function refuseRepeatedKeys(json: string, path: string): void {
  eachOf(repeatedKeys(json), (key) => {
    throw problem(`${path}${key}`, 'appears twice; IAM accepts a key once');
  });
}

function decoded(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw invalid(`${path} starts like URL-encoded text, but cannot be decoded`, undefined, error);
  }
}

/** "line 3, column 5: Expected …": Node's error has only the number of the character. */
function whereOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(message)?.[1];
  const sentence = message.replace(/ in JSON at position.*$/s, '').replace(/, "[^]*$/, '');
  if (at === undefined) return sentence;
  const before = text.slice(0, Number(at)).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${sentence}`;
}

function invalid(sentence: string, hint?: string, cause?: unknown): pubsub_error {
  return new pubsub_error('argument_invalid', 'rehearsal', sentence, {
    hint,
    cause,
  });
}
