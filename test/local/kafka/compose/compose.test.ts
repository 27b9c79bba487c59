import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { readClusterId } from '../../../../local/kafka/readiness.js';
import { COMPOSE_CLUSTER_ID } from '../../../../local/kafka/compose/compose.js';
import { chooseKafka, endKeptKafka, keptKafka } from '../../../../local/kafka/index.js';
import { probePort } from '../../../../local/kafka/choose/probe.js';
import { composeSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';
import { patient } from '../../../support/patience.js';
import { COMPOSE_FILE, containers, withDocker } from './with-docker.js';

test('the compose file and the code agree on the cluster id', async () => {
  expect(await readFile(COMPOSE_FILE, 'utf8')).toContain(`CLUSTER_ID: ${COMPOSE_CLUSTER_ID}\n`);
});

describe('with a Docker engine', { timeout: patient(120_000) }, () => {
  beforeEach(async (context) => skipFor(context, await composeSkip()));

  test('compose starts a broker, and stops it after the last run that uses it', async () => {
    const { box, env, port } = await withDocker();
    const first = await chooseKafka({ env, port });
    onTestFinished(() => first.stop());
    expect(first).toMatchObject({
      kind: 'compose',
      brokers: [`127.0.0.1:${port}`],
      clusterId: COMPOSE_CLUSTER_ID,
      startedByUs: true,
      why: `docker compose started it, because nothing answers on 127.0.0.1:${port}`,
    });
    await expect(readClusterId(first.brokers, new Deadline(3_000))).resolves.toMatchObject({ nodeIds: [1] });

    const second = await chooseKafka({ env, port });
    onTestFinished(() => second.stop());
    expect(second).toMatchObject({
      kind: 'compose',
      startedByUs: false,
      version: first.version,
      why: `the compose file's Kafka already answers on 127.0.0.1:${port}`,
    });

    await first.stop();
    await expect(probePort(port)).resolves.toEqual({ kind: 'kafka', clusterId: COMPOSE_CLUSTER_ID });
    await second.stop();
    await expect(probePort(port)).resolves.toEqual({ kind: 'none' });
    expect(await containers(port)).toEqual([]);
    expect(await box.leftovers()).toEqual([]);
  });

  test('kafka up keeps a broker running until kafka down', async () => {
    const { env, port } = await withDocker();
    onTestFinished(async () => {
      await endKeptKafka({ env });
    });
    const up = await chooseKafka({ env, port, keep: true });
    await up.stop();
    await expect(keptKafka(env)).resolves.toMatchObject({ kind: 'compose', answers: true, version: up.version });
    await expect(chooseKafka({ env })).resolves.toMatchObject({ kind: 'kept', brokers: up.brokers });
    await endKeptKafka({ env });
    expect(await containers(port)).toEqual([]);
    await expect(keptKafka(env)).resolves.toBeUndefined();
  });

  test('an interrupted command leaves no container', async () => {
    const { box, env, port } = await withDocker();
    const controller = new AbortController();
    const deadline = new Deadline(90_000, controller.signal);
    const choosing = chooseKafka({ env, port, deadline });
    await expect.poll(() => containers(port), { timeout: patient(30_000), interval: 20 }).toHaveLength(1);
    controller.abort();
    await expect(choosing).rejects.toMatchObject({ code: 'aborted' });
    expect(await containers(port)).toEqual([]);
    expect(await box.leftovers()).toEqual([]);
  });
});
