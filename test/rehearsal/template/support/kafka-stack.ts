import { readTemplate, type ReadOptions, type StackModel } from '../../../../rehearsal/template/index.js';
import { parseTemplate } from '../../../../rehearsal/template/load/parse.js';
import { pubsub_error } from '../../../../src/base/error.js';

const place = { stackName: 'Demo', region: 'eu-west-1', account: '111122223333' };

/** A template in YAML, read without a file. */
export function readYaml(text: string, options: Partial<ReadOptions> = {}): StackModel {
  return readTemplate(parseTemplate(text, 'template.yaml').value, { ...place, ...options });
}

/** What is refused, and the options that would answer it: "path: reason". */
export function refusal(work: () => unknown): {
  readonly refused: readonly string[];
  readonly asks: readonly string[];
} {
  try {
    work();
  } catch (error) {
    if (!pubsub_error.is(error)) throw error;
    const { refusals = [error.raw_message], asks = [] } = error.details as Record<string, string[] | undefined>;
    return { refused: refusals, asks };
  }
  return { refused: [], asks: [] };
}

/** A condition `C` that is unknown. */
export const unknownCondition = `
Parameters: { U: { Type: String } }
Conditions:
  C: !Equals [!Ref U, x]
`;

/** A function `F` with these further properties, in YAML's flow style. */
export function lambda(more = '', role = '!GetAtt R.Arn'): string {
  return `{ Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x, Handler: index.handler, Code: { ZipFile: '' }, Role: ${role} ${more === '' ? '' : `, ${more}`} } }`;
}

/** A role that may do everything with Kafka. */
export const kafkaRole =
  "{ Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: kafka-cluster:*, Resource: '*' }] } }] } }";
