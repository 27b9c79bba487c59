import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spokenOf } from '../../rehearsal/template/parts/unmodelled.js';
import { kinds } from '../../rehearsal/template/resolve/kinds.js';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'rehearsal.md'), 'utf8');
/** Nothing in AWS, and ids of rules that nothing refers to. */
const unsaid = ['AWS::CDK::Metadata', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'];

test.each([...new Set([...spokenOf, ...Object.keys(kinds)])].filter((type) => !unsaid.includes(type)))(
  'the page says what is read of %s',
  (type) => {
    const row = PAGE.split('\n').find((line) => line.startsWith('| ') && line.includes(`\`${type}\``));
    expect(row).toBeDefined();
  },
);
