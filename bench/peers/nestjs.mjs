// @ts-check
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientKafka, Ctx, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

// NestJS' ClientKafka and a Nest microservice with default settings. JavaScript, because the root's type check runs
// where these packages are not installed; decorators are called as functions.

/** @param {import('../peer.js').PeerInput} input */
export async function startRequester({ brokers, workerTopic, payload: usual, clientId = 'bench-nestjs' }) {
  const client = new ClientKafka({
    client: { clientId, brokers, logLevel: 1 },
    consumer: { groupId: `${workerTopic}-requesters` },
  });
  client.subscribeToResponseOf(workerTopic);
  await client.connect();
  return {
    /**
     * @param {number} n
     * @param {string} [payload]
     */
    async request(n, payload = usual) {
      return String(await firstValueFrom(client.send(workerTopic, { key: String(n % 4_096), value: payload })));
    },
    dispose: () => client.close(),
  };
}

/**
 * @param {import('../peer.js').PeerInput} input
 * @param {(frame: import('../peer.js').PeerFrame) => Promise<void>} [onFrame]
 */
export async function startWorker({ brokers, workerTopic, clientId = 'bench-nestjs' }, onFrame) {
  class Echo {
    /**
     * @param {unknown} value
     * @param {import('@nestjs/microservices').KafkaContext} context
     */
    async echo(value, context) {
      const offset = Number(context.getMessage().offset);
      await onFrame?.({ id: String(value), partition: context.getPartition(), offset });
      return value;
    }
  }
  class Application {}
  const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(Echo.prototype, 'echo'));
  MessagePattern(workerTopic)(Echo.prototype, 'echo', descriptor);
  Payload()(Echo.prototype, 'echo', 0);
  Ctx()(Echo.prototype, 'echo', 1);
  Controller()(Echo);
  Module({ controllers: [Echo] })(Application);
  const service = await NestFactory.createMicroservice(Application, {
    transport: Transport.KAFKA,
    options: {
      client: { clientId, brokers, logLevel: 1 },
      consumer: { groupId: `${workerTopic}-workers` },
      subscribe: { fromBeginning: true },
    },
    logger: ['error'],
  });
  await service.listen();
  return { dispose: () => service.close() };
}
