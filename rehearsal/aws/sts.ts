import { randomUUID } from 'node:crypto';
import { formOf, queryAnswer, queryRefusal, unknownAction } from './query.js';
import type { AwsErrorAnswer } from './aws-refusal.js';
import type { AwsRequest, AwsResponse, AwsService } from './service.js';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS's GetCallerIdentity. */
export class StsService implements AwsService {
  readonly name = 'sts';
  readonly #account: string;

  constructor(account: string) {
    this.#account = account;
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    await Promise.resolve();
    const action = formOf(request).get('Action');
    if (action !== 'GetCallerIdentity') throw unknownAction(action);
    const { arn, accessKeyId } = request.caller;
    return queryAnswer(action, NAMESPACE, { Arn: arn, UserId: accessKeyId, Account: this.#account }, randomUUID());
  }

  refuse(refusal: AwsErrorAnswer, requestId: string): AwsResponse {
    return queryRefusal(refusal, requestId, NAMESPACE);
  }
}
