import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { runCommand } from '../../../../local/os/commands.js';
import { chooseKafka } from '../../../../local/kafka/index.js';
import { composeSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';
import { COMPOSE_FILE, containers, withDocker } from './with-docker.js';

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
