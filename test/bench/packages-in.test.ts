import { expect, test } from 'vitest';
import { packagesIn } from '../../bench/packages-in.js';

test('the bytes of a bundle are counted for the packages that they come from', () => {
  const inputs = Object.fromEntries(
    Object.entries({
      'src/kafka/lanes.ts': 10,
      'src/index.ts': 1,
      'lambda/worker.ts': 2,
      'node_modules/kafkajs/index.js': 100,
      'node_modules/a/node_modules/kafkajs/index.js': 5,
      'node_modules/@bufbuild/protobuf/dist/x.js': 40,
      'node_modules/@smithy/core/x.js': 20,
      'node_modules/@smithy/types/x.js': 1,
    }).map(([path, bytesInOutput]) => [path, { bytesInOutput }]),
  );
  const output = { inputs, bytes: 0, imports: [], exports: [] };
  expect(packagesIn({ outputs: { 'index.js': output } })).toEqual([
    ['kafkajs', 105],
    ['@bufbuild/protobuf', 40],
    ['@smithy/*', 21],
    ['src/', 11],
    ['lambda/', 2],
  ]);
});
