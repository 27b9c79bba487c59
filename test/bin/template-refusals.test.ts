import { expect, test } from 'vitest';
import { describeError } from '../../bin/action.js';
import { planRehearsal } from '../../rehearsal/plan/plan.js';

function refusalOf(file: string): string {
  try {
    planRehearsal(file, {});
  } catch (error) {
    return describeError(error);
  }
  throw new Error('it was not refused');
}

test.each(['some/folder/absent.yaml', './absent.yaml', 'absent.json'])('a refusal names %s as it was typed', (file) => {
  expect(refusalOf(file).split('\n')[0]).toBe(`${file}: does not exist [template_refused]`);
});

test('a refusal has one line for each reason, and the command that answers all of them', () => {
  const file = 'test/rehearsal/template/corpus/sam-open-policies/template.yaml';
  const lines = refusalOf(file).split('\n');
  expect(lines.filter((line) => line.startsWith('Resources.')).length).toBeGreaterThan(1);
  expect(lines.at(-1)).toMatch(/ --answer '?[\w.-]+/);
});
