import { expect, test } from 'vitest';
import { withoutReplaced } from '../../bin/command-with.js';

test.each<[string, string[], string[], string[]]>([
  ['an answer to the same key', ['--answer', 'A.B=x', '--json'], ["--answer 'A.B=…'"], ['--json']],
  ['all answers to the same key', ['--answer', 'A.B=x', '--answer=A.B=y'], ['--answer A.B=POLICY.json'], []],
  ['a key with a quote', ['--answer', "it's=x"], ["--answer 'it'\\''s=…'"], []],
  ['condition keys in any case', ['--answer', 'AWS:SourceVpc=vpc-1'], ['--answer aws:SourceVpc=…'], []],
  ['an answer to another key', ['--answer', 'A.B=x'], ["--answer 'a.b=…'"], ['--answer', 'A.B=x']],
  ['a parameter with the name', ['--answer', 'A=x', '--parameter', 'A=y'], ["--parameter 'A=…'"], ['--answer', 'A=x']],
  ['the cluster', ['--cluster-arn', 'arn:x', '--template', 't'], ["--cluster-arn 'arn:…'"], ['--template', 't']],
  ['the place', ['--region=eu-west-1', '--account', '1'], ['--region us-west-2'], ['--account', '1']],
  ['nothing', ['rehearse', 'up', '--topics', 'a'], ['--answer A=…'], ['rehearse', 'up', '--topics', 'a']],
])('a printed command has no arguments that its new options replace: %s', (_, args, options, kept) => {
  expect(withoutReplaced(args, options)).toEqual(kept);
});
