import { isAbsolute, join } from 'node:path';
import type { pubsub_error } from '../../../src/base/error.js';
import { shellWord } from '../../answers.js';
import { problem } from '../../problem.js';
import { possiblyOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';

/** Nested stacks are rehearsed separately: each is set aside, with the file to give. */
export function setNestedStacksAside(resolving: Resolving): void {
  for (const stack of nestedStacks(resolving)) resolving.remarks.setAside(stack.path, sentenceFor(stack));
}

/** The same as refusals, for a template in which nothing else can run. */
export function nestedRefusals(resolving: Resolving): pubsub_error[] {
  return nestedStacks(resolving).map((stack) => problem(stack.path, sentenceFor(stack)));
}

function nestedStacks(resolving: Resolving): Resource[] {
  return possiblyOf(
    resolving,
    'AWS::CloudFormation::Stack',
    'AWS::CloudFormation::StackSet',
    'AWS::Serverless::Application',
  );
}

function sentenceFor(stack: Resource): string {
  const what = stack.type === 'AWS::CloudFormation::StackSet' ? 'a set of stacks' : 'a nested stack';
  return `is ${what}, which is not read: ${adviceFor(stack)}`;
}

function adviceFor(stack: Resource): string {
  const file = fileOf(stack);
  if (file === undefined) return 'rehearse its own template';
  return `rehearse it by itself, --template ${[shellWord(file), ...parametersOf(stack)].join(' ')}`;
}

/**
 * The nested template, if it is a file: CDK names it in the metadata of the resource, others in the property itself.
 */
function fileOf({ properties, metadata, type, options: { assembly } }: Resource): string | undefined {
  const asset = metadata['aws:asset:path'];
  const key = type === 'AWS::Serverless::Application' ? 'Location' : 'TemplateURL';
  const file = typeof asset === 'string' ? asset : properties.lenient.get(key).known();
  if (file === undefined || /^\w+:\/\//.test(file)) return undefined;
  return assembly === undefined || isAbsolute(file) ? file : join(assembly.folder, file);
}

/** The parameters that the parent passes: with the value if it is known, else with a placeholder. */
function parametersOf({ properties }: Resource): string[] {
  const parameters = properties.lenient.get('Parameters');
  if (!parameters.isObject) return [];
  return parameters.entries().map(([name, section]) => `--parameter ${shellWord(`${name}=${section.known() ?? '…'}`)}`);
}
