import { randomUUID } from 'node:crypto';
import { accountOf, mayDo } from './callers.js';
import { formOf, queryAnswer, queryRefusal, unknownAction, type XmlNode } from './query.js';
import { AwsErrorAnswer } from './aws-refusal.js';
import type { AwsRequest, AwsResponse, AwsService } from './service.js';

/** A stack that DescribeStacks describes. */
export interface HostedStack {
  readonly name: string;
  /** Its ARN. */
  readonly id: string;
  readonly region: string;
  /** @default CREATE_COMPLETE */
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** CloudFormation's DescribeStacks. */
export class CloudFormationService implements AwsService {
  readonly name = 'cloudformation';
  readonly #stacks: readonly HostedStack[];
  readonly #createdAt = new Date();

  constructor(stacks: readonly HostedStack[]) {
    this.#stacks = stacks;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    await Promise.resolve();
    const form = formOf(request);
    const action = form.get('Action');
    if (action !== 'DescribeStacks') throw unknownAction(action);
    const { region, caller } = request;
    const asked = form.get('StackName');
    const inRegion = this.#stacks.filter((stack) => stack.region === region);
    const found = inRegion.filter(({ name, id }) => asked === null || name === asked || id === asked);
    const resource = found[0]?.id ?? `arn:aws:cloudformation:${region}:${accountOf(caller)}:stack/${asked ?? '*'}/*`;
    mayDo(caller, 'cloudformation:DescribeStacks', resource, true);
    if (asked !== null && found.length === 0) {
      throw new AwsErrorAnswer('ValidationError', 400, `Stack with id ${asked} does not exist`);
    }
    return queryAnswer(action, NAMESPACE, { Stacks: found.map((stack) => this.#described(stack)) }, randomUUID());
  }

  refuse(refusal: AwsErrorAnswer, requestId: string): AwsResponse {
    return queryRefusal(refusal, requestId, NAMESPACE);
  }

  #described({ name, id, status = 'CREATE_COMPLETE', reason, outputs }: HostedStack): XmlNode {
    return {
      StackName: name,
      StackId: id,
      CreationTime: this.#createdAt.toISOString(),
      StackStatus: status,
      StackStatusReason: reason,
      DisableRollback: 'false',
      Outputs: Object.entries(outputs).map(([key, value]) => ({ OutputKey: key, OutputValue: value })),
    };
  }
}
