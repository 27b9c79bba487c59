import { describe, expect, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';
import { notAwsServer } from '../support/not-aws-server.js';
import { caller, credentialsOf, noAwsOfOurs } from '../support/local-aws.js';

const PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>Sign in<br></body></html>';

const preflight = ['aws', 'preflight'];
const stack = ['sanity', '--stack', 'SanityStack'];
const events = ['events', 'push', '--stack', 'SanityStack', '--dry-run'];

describe.each<[string, number, string, string, string[][]]>([
  ['a page that is valid XML', 200, 'text/html', '<html><body>Sign in</body></html>', [preflight, stack]],
  ['a page', 200, 'text/html; charset=utf-8', PAGE, [preflight, stack, events]],
  ['a missing page', 404, 'text/html', PAGE, [stack]],
  ['plain text', 404, 'text/plain', 'there is nothing here\n', [events]],
  ['JSON of another service', 200, 'application/json', '{"ok":true}', [preflight, events]],
  ['nothing', 404, '', '', [stack]],
])('a server that is not AWS but %s: exit code 2, its address, and what to do', (_, status, type, text, commands) => {
  test.each(commands.map((args) => [args]))('%j', async (args) => {
    const url = await notAwsServer(status, type, text);
    const env = { PATH: process.env['PATH'], HOME: '/nowhere', ...noAwsOfOurs, ...credentialsOf(caller) };
    const { exitCode, stdout, stderr } = await easyPubsub({ env: { ...env, AWS_ENDPOINT_URL: url } }, ...args);
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
    expect(said).toMatch(new RegExp(`${url} is not AWS`, 'i'));
    expect(said).toContain('[not_aws]');
    expect(said).toMatch(/AWS_ENDPOINT_URL is set to/);
    expect(said).not.toMatch(/AWS refused|Deserialization|✓/);
    expect(exitCode).toBe(2);
  });
});
