import { expect, test } from 'vitest';
import { handlerModule } from '../../../rehearsal/plan/code/handler-file.js';

test.each<[string, string | undefined]>([
  ['index.handler', 'index'],
  ['index.outer.inner', 'index'],
  ['folder/index.handler', 'folder/index'],
  ['./dist/index.handler', './dist/index'],
  ['dist/v1.2/app.handler', 'dist/v1.2/app'],
  ['.build/app.outer.inner', '.build/app'],
  ['index', undefined],
  ['dist/v1.2/app', undefined],
  ['.handler', undefined],
  ['index.', undefined],
])('the module of %s is the text before the first dot after the last slash', (handler, module) => {
  expect(handlerModule(handler)).toBe(module);
});
