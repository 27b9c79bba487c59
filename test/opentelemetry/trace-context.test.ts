import { expect, test } from 'vitest';
import { contextOf, headersOf } from '../../src/opentelemetry/trace-context.js';

const id = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

test.each([
  ['sampled', `00-${id}-${span}-01`, 1],
  ['not sampled', `00-${id}-${span}-00`, 0],
  ['with flags of a later version', `00-${id}-${span}-ff`, 1],
  ['of a later version, with more parts', `cc-${id}-${span}-01-what-the-future-holds`, 1],
])('a traceparent that is %s', (_, traceparent, traceFlags) => {
  expect(contextOf({ traceparent })).toEqual({ traceId: id, spanId: span, traceFlags, isRemote: true });
});

test.each([
  ['missing', undefined],
  ['empty', ''],
  ['something else', 'x'],
  ['of the version that is not allowed', `ff-${id}-${span}-01`],
  ['of version 00 with more parts', `00-${id}-${span}-01-x`],
  ['in upper case', `00-${id.toUpperCase()}-${span}-01`],
  ['without a trace id', `00-${'0'.repeat(32)}-${span}-01`],
  ['without a span id', `00-${id}-${'0'.repeat(16)}-01`],
  ['too short', `00-${id.slice(1)}-${span}-01`],
])('a traceparent that is %s means no trace', (_, traceparent) => {
  expect(contextOf(traceparent === undefined ? {} : { traceparent })).toBeUndefined();
  expect(contextOf(undefined)).toBeUndefined();
});

test.each([
  [{ traceparent: `00-${id}-${span}-01` }],
  [{ traceparent: `00-${id}-${span}-00`, tracestate: 'vendor=1,other=2' }],
])('what is read is written again', (headers) => {
  expect(headersOf(contextOf(headers)!)).toEqual(headers);
});

test('a context that no SDK created has no headers', () => {
  expect(headersOf({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 })).toEqual({});
});
