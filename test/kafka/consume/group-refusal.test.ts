import { AclOperationTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { expect, test } from 'vitest';
import { config, worker_subscriber } from '../../../src/index.js';
import { ALLOW, DENY, passwordOf, startAclBroker } from '../../support/acl-broker.js';
import { refusal } from '../../support/refusal.js';
import { patient } from '../../support/patience.js';
import { clientUnderTest } from '../../support/client.js';

test(
  'a member without the right to describe its group is denied immediately, and the error names the right',
  { timeout: patient(60_000) },
  async () => {
    await using broker = await startAclBroker(['ann']);
    await broker.topic('w', 3);
    const { TOPIC, GROUP } = AclResourceTypes;
    const entry = { resourcePatternType: ResourcePatternTypes.LITERAL, permissionType: ALLOW };
    await broker.entries('ann', [
      { ...entry, resourceType: TOPIC, resourceName: 'w', operation: AclOperationTypes.ALL },
      { ...entry, resourceType: GROUP, resourceName: 'g', operation: AclOperationTypes.READ },
      // Kafka implies it for READ.
      { ...entry, resourceType: GROUP, resourceName: 'g', operation: AclOperationTypes.DESCRIBE, permissionType: DENY },
    ]);
    const settings = config.create({
      connection: {
        client: clientUnderTest,
        brokers: [...broker.brokers],
        auth: 'plain',
        username: 'ann',
        password: passwordOf('ann'),
      },
      topics: { worker: 'w' },
      groups: { worker: 'g' },
    });
    await using subscriber = worker_subscriber.create(settings);
    const error = await refusal(subscriber.connect());
    expect(error).toMatchObject({
      code: 'not_authorized',
      details: { group: 'g', kafka_error: 'GROUP_AUTHORIZATION_FAILED' },
    });
    // The error is final: no restart.
    expect(subscriber.status.restarts).toBe(0);
  },
);
