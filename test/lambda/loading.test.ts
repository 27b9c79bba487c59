import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import { FunctionProcess } from '../../local/functions/index.js';
import { bundleFunctions, type FunctionAssets } from '../support/functions.js';
import { patient } from '../support/patience.js';

const run = promisify(execFile);

let assets: FunctionAssets;
beforeAll(async () => {
  assets = await bundleFunctions();
});

/** A function with these variables and no others, and the lines that it logs. */
function start(name: FunctionName, variables: Record<string, string>) {
  const lines: string[] = [];
  const running = new FunctionProcess({
    name,
    asset: assets[name],
    memoryMb: 256,
    variables,
    onLog: (line) => lines.push(line),
  });
  onTestFinished(() => running.stop());
  return { running, lines };
}

describe.each(functionNames)('%s', (name) => {
  test('is one file that exports a handler, and has no other effect when it is loaded', async () => {
    const program = `
      const net = require('node:net');
      net.Socket.prototype.connect = () => { console.log('connected'); return new net.Socket(); };
      const loaded = require(${JSON.stringify(join(assets[name].folder, 'index.js'))});
      process.on('exit', () => console.log(Object.keys(loaded).join(), process.getActiveResourcesInfo().join()));`;
    // It has no settings, and its process ends by itself: nothing was started that would keep it.
    const { stdout, stderr } = await run(process.execPath, ['-e', program], { env: {}, timeout: patient(20_000) });
    expect(stderr).toBe('');
    expect(stdout.trim().split(' ')[0]).toBe('handler');
    expect(stdout).not.toContain('connected');
  });

  test.each([
    ['is missing', {}, /config_invalid.*PUBSUB_BROKERS/s],
    [
      'is misspelt',
      { PUBSUB_BROKERS: 'localhost:1', PUBSUB_BROKRES: 'x' },
      /config_invalid.*PUBSUB_BROKRES.*PUBSUB_BROKERS/s,
    ],
  ] as const)('names the setting that %s, and logs this as JSON', async (_, variables, said) => {
    const { running, lines } = start(name, variables);
    const answer = await running.invoke({ run_id: 'r', action: 'positions' }, 20_000);
    expect(answer).toMatchObject({
      ok: false,
      error: { errorType: 'pubsub_error', errorMessage: expect.stringMatching(said) as string },
    });
    const logs = lines.map((line) => JSON.parse(line) as object);
    expect(logs).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        service: 'easy-pubsub',
        function_name: name,
        error: expect.objectContaining({ code: 'config_invalid' }) as object,
      }) as object,
    );
  });
});
