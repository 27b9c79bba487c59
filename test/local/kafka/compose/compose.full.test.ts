import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../../../local/os/commands.js';
import { chooseKafka } from '../../../../local/kafka/index.js';
import { freePorts } from '../../../../local/os/ports.js';
import { composeSkip } from '../../../support/broker-machine.js';
import { sandbox, type Sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';

const COMPOSE_FILE = join(import.meta.dirname, '../../../../docker-compose.yml');

/** A sandbox in which Docker does answer, and a port of the test's own. */
async function withDocker(): Promise<{ box: Sandbox; env: Sandbox['env']; port: number }> {
  const box = await sandbox('nothing');
  const env = { ...box.env, PATH: process.env['PATH'] };
  const [port] = await freePorts(1);
  return { box, env, port: port ?? 0 };
}

async function containers(port: number): Promise<string[]> {
  const filter = `label=com.docker.compose.project=easy-pubsub-${port}`;
  const options = { env: process.env, timeoutMs: 10_000 };
  const { stdout } = await runCommand('docker', ['ps', '--all', '--quiet', '--filter', filter], options);
  return stdout.split('\n').filter(Boolean);
}

describe('with a Docker engine', () => {
  beforeEach(async (context) => skipFor(context, await composeSkip()));

  test('two runs that begin at the same time share one broker', async () => {
    const { env, port } = await withDocker();
    const runs = await Promise.all([chooseKafka({ env, port }), chooseKafka({ env, port })]);
    onTestFinished(async () => {
      await Promise.all(runs.map((run) => run.stop()));
    });
    expect(runs.map(({ startedByUs }) => startedByUs).sort()).toEqual([false, true]);
    expect(await containers(port)).toHaveLength(1);
  });

  test('a broker that the user started is used, and not stopped', async () => {
    const { env, port } = await withDocker();
    const project = ['compose', '--file', COMPOSE_FILE, '--project-name', `easy-pubsub-${port}`];
    const options = { env: { ...env, EASY_PUBSUB_KAFKA_PORT: String(port) }, timeoutMs: 90_000 };
    onTestFinished(async () => {
      await runCommand('docker', [...project, 'down', '--volumes'], options);
    });
    await expect(runCommand('docker', [...project, 'up', '--wait', '--detach'], options)).resolves.toMatchObject({
      exitCode: 0,
    });
    const kafka = await chooseKafka({ env, port });
    expect(kafka).toMatchObject({ kind: 'compose', startedByUs: false });
    await kafka.stop();
    expect(await containers(port)).toHaveLength(1);
  });
});
