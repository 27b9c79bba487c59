import { expect, test } from 'vitest';
import { entries, type Entry } from '../../scripts/entries.js';
import { undocumented } from '../../scripts/undocumented.js';
import { patient } from '../support/patience.js';

/** Their names say it. */
const clear: Readonly<Partial<Record<Entry, readonly string[]>>> = {
  index: ['health_part.ok', 'position.topic', 'position.partition', 'position.offset'],
};

test.each(Object.entries(entries))(
  'an editor shows a comment for every public type, function and member of %s',
  { timeout: patient(60_000) },
  (entry, source) => {
    expect(undocumented(source)).toEqual(clear[entry as Entry] ?? []);
  },
);
