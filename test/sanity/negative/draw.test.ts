import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { defaultPlace, listGrants, loadTemplate, readTemplate } from '../../../rehearsal/index.js';
import { rowFile, type RowAnswer } from '../../../sanity/negative/rows.js';
import { borrowAssembly } from '../../../sanity/negative/borrowed-assembly.js';
import { drawRows } from '../../../sanity/negative/draw.js';
import { templateOf, type CfnTemplate } from '../../lib/support/synthesize.js';

let template: CfnTemplate;
beforeAll(() => {
  template = templateOf({});
  // Rights are read only: the code of this template is nowhere.
  for (const { Type, Properties } of Object.values(template.Resources))
    if (Type === 'AWS::Lambda::Function') Properties['Code'] = { ZipFile: '' };
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'draw-test-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function drawn(seed: string, changed: object = {}): { answers: RowAnswer[]; at: string } {
  const at = folder();
  const file = join(at, 'SanityStack.template.json');
  writeFileSync(file, JSON.stringify({ ...template, ...changed }));
  return { at, answers: drawRows({ template: file, stackName: 'SanityStack', given: {}, seed }) };
}

function grantsIn(file: string): Set<string> {
  const { template: read, assembly } = loadTemplate(file);
  const options = { stackName: 'SanityStack', ...defaultPlace, assembly, bootstrapBrokers: 'b:1' };
  return new Set(listGrants(readTemplate(read, options)).map((grant) => JSON.stringify(grant)));
}

test('each right exactly once, and a tenth of the rows are controls', () => {
  const { answers } = drawn('a');
  const rights = answers.flatMap(({ removed }) => (removed === undefined ? [] : [JSON.stringify(removed)]));
  expect(rights).toHaveLength(22);
  expect(new Set(rights).size).toBe(22);
  expect(answers).toHaveLength(25);
  expect(answers.map(({ row }) => row)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
});

test('the seed decides the order, and nothing else', () => {
  const [first, again, other] = [drawn('a').answers, drawn('a').answers, drawn('b').answers];
  const what = (rows: RowAnswer[]): string[] => rows.map(({ removed }) => JSON.stringify(removed ?? 'control'));
  expect(again).toEqual(first);
  expect(what(other)).not.toEqual(what(first));
  expect(what(other).sort()).toEqual(what(first).sort());
});

test('a row’s template lacks exactly one right, and a control is unchanged', () => {
  const { answers, at } = drawn('a');
  const all = grantsIn(join(at, 'SanityStack.template.json'));
  for (const { row, removed } of answers) {
    const file = join(at, rowFile(row));
    const left = grantsIn(file);
    const missing = [...all].filter((grant) => !left.has(grant)).map((grant) => JSON.parse(grant) as unknown);
    expect([...left].every((grant) => all.has(grant))).toBe(true);
    if (removed === undefined) {
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(template)));
    } else {
      const { action, kind, resource } = removed;
      expect(missing).toEqual([expect.objectContaining({ action, kind, resource })]);
    }
  }
});

test('the files of rows reveal a removed right only by its absence', () => {
  const { answers, at } = drawn('a');
  expect(readdirSync(at).sort()).toEqual(['SanityStack.template.json', ...answers.map(({ row }) => rowFile(row))]);
  const sections = Object.keys(template).sort();
  for (const { row } of answers)
    expect(Object.keys(JSON.parse(readFileSync(join(at, rowFile(row)), 'utf8')) as object).sort()).toEqual(sections);
});

test('a template without rights for the three functions is rejected', () => {
  expect(() => drawn('a', { Outputs: {} })).toThrow('grants no rights on a cluster’s data');
});

test('the folder of a template is not changed: rows are written to another folder, with a link to it', async () => {
  const own = folder();
  mkdirSync(join(own, 'asset.1'));
  writeFileSync(join(own, 'asset.1', 'index.js'), '');
  writeFileSync(join(own, 'SanityStack.template.json'), JSON.stringify(template));
  // What an earlier run may have left.
  writeFileSync(join(own, rowFile(1)), 'mine');
  const before = folder();
  cpSync(own, before, { recursive: true });
  const borrowed = await borrowAssembly(join(own, 'SanityStack.template.json'), folder());
  drawRows({ template: borrowed, stackName: 'SanityStack', given: {}, seed: 'a' });
  expect(readdirSync(own)).toEqual(readdirSync(before));
  expect(readFileSync(join(own, rowFile(1)), 'utf8')).toBe('mine');
  expect(readdirSync(join(borrowed, '..', 'asset.1'))).toEqual(['index.js']);
});
