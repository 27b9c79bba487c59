// @ts-check
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientKafka, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';

// NestJS' ClientKafka and a Nest microservice with default settings. JavaScript, because the root's type check runs
// where these packages are not installed; decorators are called as functions.

/** @param {import('../peer.js').PeerInput} input */
export async function startRequester({ brokers, workerTopic, payload }) {
  const client = new ClientKafka({
    client: { clientId: 'bench-nestjs', brokers, logLevel: 1 },
    consumer: { groupId: `${workerTopic}-requesters` },
  });
  client.subscribeToResponseOf(workerTopic);
  await client.connect();
  return {
    /** @param {number} n */
    async request(n) {
      await firstValueFrom(client.send(workerTopic, { key: String(n % 4_096), value: payload }));
    },
    dispose: () => client.close(),
  };
}

/** @param {import('../peer.js').PeerInput} input */
export async function startWorker({ brokers, workerTopic }) {
  class Echo {
    /** @param {unknown} value */
    echo(value) {
      return value;
    }
  }
  class Application {}
  const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(Echo.prototype, 'echo'));
  MessagePattern(workerTopic)(Echo.prototype, 'echo', descriptor);
  Controller()(Echo);
  Module({ controllers: [Echo] })(Application);
  const service = await NestFactory.createMicroservice(Application, {
    transport: Transport.KAFKA,
    options: {
      client: { clientId: 'bench-nestjs', brokers, logLevel: 1 },
      consumer: { groupId: `${workerTopic}-workers` },
      subscribe: { fromBeginning: true },
    },
    logger: ['error'],
  });
  await service.listen();
  return { dispose: () => service.close() };
}
