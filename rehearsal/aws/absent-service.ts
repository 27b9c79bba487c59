import type { IncomingHttpHeaders } from 'node:http';
import { AwsErrorAnswer } from './aws-refusal.js';
import { queryRefusal, xml } from './query.js';
import type { AwsResponse, AwsService } from './service.js';

/**
 * Answers for a service that a rehearsal does not have, with an error. Clients understand errors only in the protocol
 * of their service. The request shows which one that is: a form for Query services, JSON for all others.
 */
export function absentService(name: string, headers: IncomingHttpHeaders, here: readonly string[]): AwsService {
  const query = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const has = here.length < 2 ? here.join('') : `${here.slice(0, -1).join(', ')} and ${here.at(-1) ?? ''}`;
  const code = query ? 'InvalidAction' : 'UnknownOperationException';
  const refusal = new AwsErrorAnswer(code, 404, `a rehearsal has no ${name}: it has ${has}`);
  return {
    name,
    handle: () => Promise.reject(refusal),
    refuse: (said, requestId) => {
      if (!query) return jsonRefusal(said);
      return name === 'ec2' ? ec2Refusal(said, requestId) : queryRefusal(said, requestId, '');
    },
  };
}

/** Some clients read the code of the error in the header, others in the body. */
function jsonRefusal({ code, status, message }: AwsErrorAnswer): AwsResponse {
  const body = JSON.stringify({ __type: code, message });
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body };
}

/** EC2 has its own variant of the Query protocol. */
function ec2Refusal({ code, status, message }: AwsErrorAnswer, requestId: string): AwsResponse {
  const inside = xml({ Errors: { Error: { Code: code, Message: message } }, RequestID: requestId });
  return { status, headers: { 'content-type': 'text/xml' }, body: `<Response>${inside}</Response>` };
}
