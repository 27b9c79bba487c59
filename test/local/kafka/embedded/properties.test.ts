import { describe, expect, test } from 'vitest';
import { plainListener } from '../../../../local/kafka/embedded/listeners.js';
import { propertiesText, serverProperties, type ServerOptions } from '../../../../local/kafka/embedded/properties.js';
import { parseKafkaVersion } from '../../../../local/kafka/program/version.js';

const node = (id: number): ServerOptions['nodes'][number] => ({
  id,
  plain: 9000 + id,
  controller: 9100 + id,
  extra: { SASL: 9200 + id },
});

function options(nodes: number, more: Partial<ServerOptions> = {}): ServerOptions {
  return {
    version: parseKafkaVersion('3.9.1', 'the test'),
    nodeId: 1,
    nodes: Array.from({ length: nodes }, (_, i) => node(i + 1)),
    dataFolder: '/data',
    listeners: [],
    overrides: {},
    ...more,
  };
}

describe('server.properties', () => {
  test('of a single node define a broker and controller on the loopback interface only, without automatic topics, like MSK', () => {
    expect(serverProperties(options(1))).toMatchObject({
      'process.roles': 'broker,controller',
      'controller.quorum.voters': '1@127.0.0.1:9101',
      listeners: 'PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9101',
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:9001',
      'auto.create.topics.enable': 'false',
      'offsets.topic.replication.factor': '1',
      'group.initial.rebalance.delay.ms': '0',
    });
  });

  test('of three nodes make all of them controllers, with internal topics on all', () => {
    expect(serverProperties(options(3, { nodeId: 2 }))).toMatchObject({
      'process.roles': 'broker,controller',
      'node.id': '2',
      'controller.quorum.voters': '1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103',
      'offsets.topic.replication.factor': '3',
      'min.insync.replicas': '2',
    });
  });

  test('of two nodes have one controller, so that the other node can fail', () => {
    const second = serverProperties(options(2, { nodeId: 2 }));
    expect(second).toMatchObject({ 'process.roles': 'broker', 'controller.quorum.voters': '1@127.0.0.1:9101' });
    expect(second['listeners']).not.toContain('CONTROLLER');
  });

  test('contain the settings of extra listeners, which may be advertised at another address', () => {
    const listener = plainListener('SASL', [{ username: 'u', password: 'p' }]);
    const properties = serverProperties(options(1, { listeners: [{ ...listener, advertised: ['localhost:1234'] }] }));
    expect(properties).toMatchObject({
      listeners: 'PLAINTEXT://127.0.0.1:9001,SASL://127.0.0.1:9201,CONTROLLER://127.0.0.1:9101',
      'advertised.listeners': 'PLAINTEXT://127.0.0.1:9001,SASL://localhost:1234',
      'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT',
      'listener.name.sasl.sasl.enabled.mechanisms': 'PLAIN',
    });
  });

  test('contain the settings of the caller, which take precedence', () => {
    const overrides = { 'auto.create.topics.enable': 'true', 'broker.session.timeout.ms': '3000' };
    expect(serverProperties(options(1, { overrides }))).toMatchObject(overrides);
  });

  test('configure share groups from Kafka 4.0 on', () => {
    const key = 'share.coordinator.state.topic.replication.factor';
    expect(serverProperties(options(1))).not.toHaveProperty([key]);
    const version = parseKafkaVersion('4.3.1', 'the test');
    expect(serverProperties(options(1, { version }))).toHaveProperty([key], '1');
  });

  test('are written in Java’s format', () => {
    expect(propertiesText({ 'a b': ' x', c: 'C:\\d', e: 'f\ng', h: 'i=j:k #l' })).toBe(
      'a\\ b=\\ x\nc=C:\\\\d\ne=f\\ng\nh=i=j:k #l\n',
    );
  });
});
