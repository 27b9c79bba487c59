import { describe, expect, test } from 'vitest';
import {
  bytes_payload,
  create_frame,
  payload_text,
  text_payload,
  worker_frame,
} from '../../src/frame/air-core-frame.js';
import { json_payload } from '../../src/frame/json-payload.js';

describe('creating frames', () => {
  test('without arguments gives an empty frame', () => {
    expect(create_frame()).toMatchObject({ command: '', payloads: [], hops: [] });
    expect(create_frame().sendTo).toBeUndefined();
  });

  test('for the worker takes the path as numbers and bigints, a correlation id, and any other field', () => {
    const frame = worker_frame({ path: [7, 2n ** 64n - 1n], correlation_id: 'x', command: 'greet' });
    expect(frame.command).toBe('greet');
    expect(frame.sendTo).toMatchObject({
      correlationId: 'x',
      kafkaKey: {
        kafkaTopic: '',
        kafkaPartitionKey: { case: 'sequenceNumberPath', value: { numbers: [7n, 2n ** 64n - 1n] } },
      },
    });
    expect(worker_frame({ path: [1] }).sendTo?.correlationId).toBe('');
  });
});

describe('payloads', () => {
  test('payloads have their content type', () => {
    expect(text_payload('a')).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
      content: { case: 'text', value: 'a' },
    });
    expect(json_payload({ a: [1] })).toMatchObject({
      contentType: 'application/json',
      content: { case: 'text', value: '{"a":[1]}' },
    });
    expect(bytes_payload(new Uint8Array([1]))).toMatchObject({
      contentType: 'application/octet-stream',
      content: { case: 'bytes', value: new Uint8Array([1]) },
    });
    expect(text_payload('<a/>', 'text/xml').contentType).toBe('text/xml');
    expect(bytes_payload(new Uint8Array(), 'image/png').contentType).toBe('image/png');
  });

  test('the text of a frame is its first text payload, even if it is empty', () => {
    const bytes = bytes_payload(new Uint8Array([65]));
    expect(payload_text(create_frame({ payloads: [bytes, text_payload(''), text_payload('b')] }))).toBe('');
    expect(payload_text(create_frame({ payloads: [bytes] }))).toBeUndefined();
  });
});
