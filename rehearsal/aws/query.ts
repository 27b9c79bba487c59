import { AwsErrorAnswer } from './aws-refusal.js';
import type { AwsRequest, AwsResponse } from './service.js';

/** The Query protocol of the older services: a form in, XML out. */
export function formOf({ body, query }: AwsRequest): URLSearchParams {
  const form = new URLSearchParams(body.toString('utf8'));
  return form.has('Action') ? form : query;
}

/** A tree as XML; lists become `member` elements, undefined is left out. */
export type XmlNode = string | undefined | readonly XmlNode[] | { readonly [name: string]: XmlNode };

export function xml(node: XmlNode): string {
  if (node === undefined) return '';
  if (typeof node === 'string') return escaped(node);
  if (Array.isArray(node)) return (node as readonly XmlNode[]).map((one) => `<member>${xml(one)}</member>`).join('');
  return Object.entries(node as { readonly [name: string]: XmlNode })
    .map(([name, inside]) => (inside === undefined ? '' : `<${name}>${xml(inside)}</${name}>`))
    .join('');
}

export function queryAnswer(action: string, namespace: string, result: XmlNode, requestId: string): AwsResponse {
  const inside = xml({ [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${namespace}">${inside}</${action}Response>`,
  };
}

export function queryRefusal(
  { code, status, message }: AwsErrorAnswer,
  requestId: string,
  namespace: string,
): AwsResponse {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const inside = xml({ Error: { Type: type, Code: code, Message: message }, RequestId: requestId });
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="${namespace}">${inside}</ErrorResponse>`,
  };
}

export function unknownAction(action: string | null): AwsErrorAnswer {
  return new AwsErrorAnswer(
    'InvalidAction',
    400,
    `Could not find operation ${action ?? '(none)'}: it is not available here`,
  );
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}
