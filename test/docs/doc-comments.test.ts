import { expect, test } from 'vitest';
import { undocumented } from '../../scripts/undocumented.js';
import { patient } from '../support/patience.js';

test('an editor shows a comment for every public type, function and member', { timeout: patient(60_000) }, () => {
  expect(undocumented()).toEqual([
    // Their names say it.
    'health_part.ok',
    'position.topic',
    'position.partition',
    'position.offset',
  ]);
});
