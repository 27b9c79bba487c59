import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextKeys } from '../../lib/context.js';
import { REPOSITORY_ROOT } from '../../lib/function-bundle.js';
import { defaultKafkaVersion, kafkaVersionProblem } from '../../lib/kafka-versions.js';

test('docs/aws.md lists every context value as it is in the code', () => {
  const rows = readFileSync(join(REPOSITORY_ROOT, 'docs', 'aws.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  expect(rows.map(([, key, variant, fallback, meaning]) => ({ key, variant, fallback, meaning }))).toEqual(
    Object.entries(contextKeys).map(([key, row]) => ({
      key,
      variant: row.variant,
      fallback: ('fallback' in row ? row.fallback : 'fallbackText' in row ? row.fallbackText : '').replaceAll('`', ''),
      meaning: row.meaning.replaceAll('`', ''),
    })),
  );
});

test('the default Kafka version is that of .env, and MSK offers it', () => {
  expect(contextKeys.kafkaVersion.fallback).toBe(defaultKafkaVersion());
  expect(kafkaVersionProblem(defaultKafkaVersion())).toBeUndefined();
});
