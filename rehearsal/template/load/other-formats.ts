import { problem } from '../../problem.js';
import { isRecord } from '../resolve/values.js';
import { parseTemplate } from './parse.js';
import type { ParsedYaml } from './yaml.js';

/** The template in the output of `aws cloudformation get-template`: JSON as an object, YAML as a string. */
export function unwrapped(parsed: ParsedYaml, file: string): ParsedYaml {
  const { value: content, repeated } = parsed;
  if (!isRecord(content) || content['Resources'] !== undefined) return parsed;
  const body = content[BODY];
  if (typeof body === 'string') return parseTemplate(body, `${file}.${BODY}`);
  if (body === undefined) return parsed;
  const within = repeated.map(({ path, lines }) => ({ path: path.replace(`${BODY}.`, ''), lines }));
  return { ...parsed, value: body, repeated: within };
}

const BODY = 'TemplateBody';

/** Formats that are easily confused with a template: what they are, and what to give instead. */
const formats: readonly (readonly [keys: readonly string[], sentence: string, hint: string])[] = [
  [
    ['service', 'provider'],
    'is a Serverless Framework configuration, not a template',
    'Run `serverless package`, then give --template .serverless/cloudformation-template-update-stack.json.',
  ],
  [
    ['Statement'],
    'is a policy, not a template',
    '`easy-pubsub gateway --policy FILE` runs a Kafka that enforces a policy.',
  ],
  [
    ['terraform_version'],
    'is a Terraform file; a rehearsal reads CloudFormation templates',
    '`easy-pubsub gateway --policy FILE` takes the policies of a Terraform configuration, each in a file.',
  ],
  [
    ['app'],
    'is the configuration of a CDK app, not a template',
    'Run `npx cdk synth`, then give --template cdk.out/STACK.template.json.',
  ],
];

/** @throws pubsub_error `template_refused` for a file of another known format */
export function refuseOtherFormats(template: Readonly<Record<string, unknown>>, file: string): void {
  if (template['Resources'] !== undefined) return;
  const found = formats.find(([keys]) => keys.every((key) => template[key] !== undefined));
  if (found !== undefined) throw problem(file, found[1], found[2]);
}
